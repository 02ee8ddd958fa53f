package dev.farsight.bench.store;

import dev.farsight.bench.LaunchedRun;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rows a second by peer and use, round by round; prints medians, and how they compare. */
final class Speeds {

  private final Map<String, Map<Callers.Use, List<Double>>> speeds = new LinkedHashMap<>();

  void add(String peer, Callers.Use use, double rowsPerSecond) {
    speeds
        .computeIfAbsent(peer, p -> new LinkedHashMap<>())
        .computeIfAbsent(use, u -> new ArrayList<>())
        .add(rowsPerSecond);
  }

  void print(PrintStream out) {
    out.printf("%-12s", "rows/s");
    for (Callers.Use use : Callers.Use.values()) {
      String name = use.name().toLowerCase(Locale.ROOT);
      out.printf("%14s%14s%8s", name, "best", "x ssd");
    }
    out.printf("%n");
    Map<Callers.Use, List<Double>> first = speeds.values().iterator().next();
    speeds.forEach(
        (peer, uses) -> {
          out.printf("%-12s", peer);
          uses.forEach(
              (use, values) ->
                  out.printf(
                      Locale.ROOT,
                      "%,14.0f%,14.0f%8.2f",
                      LaunchedRun.median(values),
                      values.stream().mapToDouble(v -> v).max().orElseThrow(),
                      LaunchedRun.median(values) / LaunchedRun.median(first.get(use))));
          out.printf("%n");
        });
  }
}
