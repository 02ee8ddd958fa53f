package dev.farsight.compute.jcuda;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Bars on tracks in the trace event format, which chrome://tracing and ui.perfetto.dev show, and
 * the mean time of each stage under {@code otherData}.
 */
final class TraceFile {

  /**
   * A piece of work.
   *
   * @param track what did it
   * @param stage what it was for; null: of a thread, not counted as a stage
   * @param begin microseconds since some moment
   */
  record Bar(String track, String name, Stage stage, long step, double begin, double end) {}

  private final List<Bar> bars;
  private final int steps;

  TraceFile(List<Bar> bars, int steps) {
    this.bars = List.copyOf(bars);
    this.steps = steps;
  }

  /**
   * The file of one of several devices: {@code steps.json} is that of the first, {@code
   * steps-1.json} that of the second.
   */
  static Path ofDevice(Path file, int device) {
    if (device == 0) {
      return file;
    }
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    int end = dot > 0 ? dot : name.length();
    return file.resolveSibling(name.substring(0, end) + "-" + device + name.substring(end));
  }

  /** Microseconds a step of each stage, in the order of {@link Stage}. */
  Map<String, Double> stages() {
    Map<String, Double> means = new LinkedHashMap<>();
    for (Stage stage : Stage.values()) {
      double sum =
          bars.stream()
              .filter(bar -> bar.stage == stage)
              .mapToDouble(bar -> bar.end - bar.begin)
              .sum();
      if (sum > 0) {
        means.put(stage.title(), sum / steps);
      }
    }
    return means;
  }

  String json() {
    List<String> tracks = bars.stream().map(Bar::track).distinct().sorted().toList();
    List<String> events = new ArrayList<>();
    for (int t = 0; t < tracks.size(); t++) {
      events.add(
          String.format(
              Locale.ROOT,
              "{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":1,\"tid\":%d,\"args\":{\"name\":%s}}",
              t,
              quoted(tracks.get(t))));
    }
    for (Bar bar : bars) {
      events.add(
          String.format(
              Locale.ROOT,
              "{\"ph\":\"X\",\"name\":%s,\"cat\":%s,\"pid\":1,\"tid\":%d,\"ts\":%.1f,\"dur\":%.1f,\"args\":{\"step\":%d}}",
              quoted(bar.name),
              quoted(bar.stage == null ? "host" : bar.stage.title()),
              tracks.indexOf(bar.track),
              bar.begin,
              bar.end - bar.begin,
              bar.step));
    }
    List<String> means = new ArrayList<>();
    stages()
        .forEach(
            (stage, us) -> means.add(String.format(Locale.ROOT, "%s:%.1f", quoted(stage), us)));
    return "{\"displayTimeUnit\":\"ms\",\"otherData\":{\"microseconds a step\":{%s}},\"traceEvents\":[\n%s\n]}\n"
        .formatted(String.join(",", means), String.join(",\n", events));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  void write(Path file) {
    try {
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
      Files.writeString(file, json());
    } catch (IOException e) {
      throw new FarsightException(
          "compute.jcuda.timeline.file: " + file + ": cannot be written: " + IoReason.of(file, e),
          e);
    }
  }
}
