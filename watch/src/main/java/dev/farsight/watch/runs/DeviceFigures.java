package dev.farsight.watch.runs;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;

/** The figures of the devices of runs, side by side, if any of the runs has several. */
final class DeviceFigures {

  /** By their names in the report's section of a device. */
  private static final List<String> FIGURES =
      List.of(
          "device_bytes",
          "unique_rows",
          "hit_ratio",
          "loaded_rows",
          "exchange.forward.sent_bytes",
          "exchange.backward.sent_bytes",
          "stages.compute");

  private final List<List<? extends Config>> devices;

  DeviceFigures(List<PastRun> runs) {
    devices = runs.stream().<List<? extends Config>>map(PastRun::devices).toList();
  }

  List<Comparison.Line> lines() {
    int most = devices.stream().mapToInt(List::size).max().orElse(0);
    List<Comparison.Line> lines = new ArrayList<>();
    for (int rank = 0; most > 1 && rank < most; rank++) {
      for (String name : FIGURES) {
        lines.add(line(rank, name));
      }
    }
    return lines;
  }

  private Comparison.Line line(int rank, String name) {
    return new Comparison.Line(
        "devices[" + rank + "]." + name,
        devices.stream()
            .map(
                run ->
                    rank < run.size()
                        ? Comparison.rounded(run.get(rank).getString(name))
                        : Comparison.NONE)
            .toList());
  }
}
