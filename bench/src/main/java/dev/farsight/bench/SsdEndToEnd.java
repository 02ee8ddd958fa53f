package dev.farsight.bench;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What training from disk costs: Criteo Kaggle's tables, D=16, power law of exponent 1.05, batches
 * of 2048 made before the clock starts, SGD, a device cache of 1 %; rows off-heap, on disk, and on
 * disk under a tier of memory for 10 % of them. The ways take turns, because the speed of a shared
 * machine drifts. Prints samples a second of all steps but the first third, each way's share of
 * off-heap's, and what the tiers did. {@code bench/ssd.sh} starts it.
 */
public final class SsdEndToEnd {

  private static final String OFFHEAP = "offheap";
  private static final Map<String, List<String>> WAYS = new LinkedHashMap<>();

  static {
    WAYS.put(OFFHEAP, List.of("storage.backend=offheap"));
    WAYS.put("ssd", List.of("storage.backend=ssd"));
    WAYS.put("ssd + ram 10%", List.of("storage.backend=ssd", "storage.ssd.ram-cache=10%"));
  }

  private final Path home;
  private final Path folder;
  private final int steps;
  private final List<String> within;
  private final List<String> more;
  private final Map<String, List<Double>> speeds = new LinkedHashMap<>();
  private final Map<String, Config> reports = new LinkedHashMap<>();

  private SsdEndToEnd(Path home, Path folder, int steps, List<String> within, List<String> more) {
    this.home = home;
    this.folder = folder;
    this.steps = steps;
    this.within = within;
    this.more = more;
  }

  /**
   * @param args home of Farsight's sources, folder on the disk to measure, steps, repeats, a
   *     command to start the runs from disk under, words between spaces, and settings for every run
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 5) {
      System.err.println("usage: SsdEndToEnd HOME FOLDER STEPS REPEATS WITHIN [KEY=VALUE]...");
      System.exit(2);
    }
    Path folder = Files.createTempDirectory(Path.of(args[1]), "farsight-ssd");
    var within = args[4].isEmpty() ? List.<String>of() : List.of(args[4].split(" +", -1));
    var more = List.of(args).subList(5, args.length);
    var bench = new SsdEndToEnd(Path.of(args[0]), folder, Integer.parseInt(args[2]), within, more);
    try {
      for (int repeat = 0; repeat < Integer.parseInt(args[3]); repeat++) {
        for (String way : WAYS.keySet()) {
          bench.train(way);
        }
      }
      bench.print();
    } catch (IOException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    } finally {
      delete(folder);
    }
  }

  private void train(String way) throws IOException, InterruptedException {
    Path run = folder.resolve("run");
    var settings = new ArrayList<>(LaunchedRun.kaggle(steps));
    settings.addAll(List.of("cache.policy=lfu", "cache.size=\"1%\"", "lookahead.batches=8"));
    settings.addAll(WAYS.get(way));
    settings.addAll(more);
    var trained = LaunchedRun.train(home, run, way.equals(OFFHEAP) ? List.of() : within, settings);
    speeds.computeIfAbsent(way, w -> new ArrayList<>()).add(trained.samplesPerSecond());
    reports.put(way, trained.report());
    delete(run);
    System.out.printf(Locale.ROOT, "%-16s %8.0f samples/s%n", way, trained.samplesPerSecond());
  }

  private void print() {
    double offheap = LaunchedRun.median(speeds.get(OFFHEAP));
    System.out.printf("%n%-16s %10s %10s %10s%n", "", "median", "best", "x offheap");
    speeds.forEach(
        (way, values) ->
            System.out.printf(
                Locale.ROOT,
                "%-16s %10.0f %10.0f %10.2f%n",
                way,
                LaunchedRun.median(values),
                values.stream().mapToDouble(v -> v).max().orElseThrow(),
                LaunchedRun.median(values) / offheap));
    reports.forEach(
        (way, report) -> {
          System.out.printf(
              "%n%s, last run%n  stages, s: %s%n",
              way, report.getConfig("throughput.stages").root().unwrapped());
          report
              .getConfigList("cache.tiers")
              .forEach(tier -> System.out.printf("  %s%n", tier.root().unwrapped()));
        });
  }

  private static void delete(Path directory) throws IOException {
    try (var paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
