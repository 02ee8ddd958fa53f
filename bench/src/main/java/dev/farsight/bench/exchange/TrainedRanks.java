package dev.farsight.bench.exchange;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.farsight.bench.LaunchedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Training on some ranks, each with as many samples a step and a thread to compute with, by {@code
 * farsight train}.
 *
 * @param ranks how many
 * @param processes whether each is a process, rather than a device of one
 */
record TrainedRanks(int ranks, boolean processes) {

  static final int DIM = 16;
  static final int[] BOTTOM = {512, 256, 64};
  static final int[] TOP = {512, 256};
  static final double ZIPF = 1.05;

  /** What the shell adds at the end: seconds of user and system. */
  private static final Pattern CPU = Pattern.compile("cpu ([0-9.]+) ([0-9.]+)");

  /** What a run took, of all ranks together. */
  record Took(double cpuSeconds, double samplesPerSecond, List<Config> steps, List<Config> asks) {}

  String name() {
    return ranks == 1 ? "1 rank" : ranks + (processes ? " processes" : " devices of one process");
  }

  /**
   * Trains once.
   *
   * @param home of Farsight's sources
   * @param folder for all that is left
   * @param steps of which the first third is not counted
   */
  Took train(Path home, Path folder, int steps) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path run = folder.resolve("run");
    LaunchedRun trained = LaunchedRun.train(command(home), run, settings(folder, steps));
    return new Took(
        cpuSeconds(LaunchedRun.output(run)),
        trained.samplesPerSecond(),
        figures(folder, "steps"),
        figures(folder, "asks"));
  }

  /** Within a shell that tells the time of all processors that its children took. */
  private List<String> command(Path home) {
    var command = new ArrayList<>(List.of("bash", "-c", "TIMEFORMAT='cpu %U %S'; time \"$@\"", ""));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + home.resolve("jvm.options"));
    command.add("-Dfarsight.home=" + home);
    command.add("-cp");
    command.add(System.getProperty("java.class.path") + ":" + home.resolve("bench/exchange"));
    command.addAll(List.of("dev.farsight.cli.Main", "train"));
    if (processes && ranks > 1) {
      command.addAll(List.of("--ranks", String.valueOf(ranks)));
    }
    return command;
  }

  private List<String> settings(Path folder, int steps) {
    int samples = LaunchedRun.BATCH * ranks;
    int ofProcess = processes ? 1 : ranks;
    var settings =
        new ArrayList<>(
            List.of(
                "data.source=synthetic",
                "data.batch-size=" + samples,
                "data.eval-fraction=0",
                "data.synthetic.cardinalities=kaggle",
                "data.synthetic.zipf=" + ZIPF,
                "data.synthetic.in-memory=true",
                "data.synthetic.rows=" + (long) samples * steps,
                "model.embedding-dim=" + DIM,
                "model.dlrm.bottom-mlp=" + text(BOTTOM),
                "model.dlrm.top-mlp=" + text(TOP),
                "model.save=false",
                "report.hash-weights=false",
                "optimizer.type=sgd",
                "optimizer.learning-rate=0.1",
                "cache.size=all",
                "compute.threads=" + ofProcess,
                "lookahead.threads=" + ofProcess,
                "storage.threads=" + ofProcess));
    if (ranks > 1) {
      settings.add("sharding.exchange=rows");
      settings.add("sharding.collective=measured");
      settings.add("sharding.measured.over=" + (processes ? "sockets" : "threads"));
      settings.add("sharding.measured.folder=\"" + folder + "\"");
      settings.add("sharding.measured.skip-steps=" + steps / 3);
    }
    if (ofProcess > 1) {
      settings.add("compute.nd4j-native.devices=" + ofProcess);
    }
    return settings;
  }

  private static String text(int[] widths) {
    var text = new ArrayList<String>();
    for (int width : widths) {
      text.add(String.valueOf(width));
    }
    return "[" + String.join(", ", text) + "]";
  }

  static double cpuSeconds(Path output) throws IOException {
    List<String> lines = Files.readAllLines(output);
    for (int line = lines.size() - 1; line >= 0; line--) {
      Matcher times = CPU.matcher(lines.get(line));
      if (times.matches()) {
        return Double.parseDouble(times.group(1)) + Double.parseDouble(times.group(2));
      }
    }
    throw new IOException(output + " has no line with the time of the processors");
  }

  /** By rank; empty where the group was not there. */
  private static List<Config> figures(Path folder, String group) throws IOException {
    try (var files = Files.list(folder)) {
      Map<Integer, Config> byRank = new TreeMap<>();
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(group + "-")) {
          int rank = Integer.parseInt(name.replaceAll("\\D", ""));
          byRank.put(rank, ConfigFactory.parseFile(file.toFile()));
        }
      }
      return List.copyOf(byRank.values());
    }
  }
}
