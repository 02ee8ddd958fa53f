package dev.farsight.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of {@code farsight train} in a process of its own, started as a user would.
 *
 * @param samplesPerSecond of all steps but the first third, in which the JVM still compiles
 */
public record LaunchedRun(Config report, double samplesPerSecond) {

  /** Samples a step, in every bench that launches runs. */
  public static final int BATCH = 2048;

  /** The work that launched runs compare on, so many steps of it, in batches made beforehand. */
  static List<String> kaggle(int steps) {
    return List.of(
        "data.source=synthetic",
        "data.batch-size=" + BATCH,
        "data.eval-fraction=0",
        "data.synthetic.cardinalities=kaggle",
        "data.synthetic.zipf=1.05",
        "data.synthetic.in-memory=true",
        "data.synthetic.rows=" + (long) BATCH * steps,
        "model.embedding-dim=16",
        "model.dlrm.bottom-mlp=[512, 256, 64]",
        "model.dlrm.top-mlp=[512, 256]",
        "model.save=false",
        "report.hash-weights=false");
  }

  /**
   * Trains to the end.
   *
   * @param home of Farsight's sources
   * @param directory of the run
   * @param settings KEY=VALUE
   */
  static LaunchedRun train(Path home, Path directory, List<String> settings)
      throws IOException, InterruptedException {
    return train(home, directory, List.of(), settings);
  }

  /**
   * Trains to the end.
   *
   * @param within a command that starts another one, such as one that bounds its memory; or empty
   */
  static LaunchedRun train(Path home, Path directory, List<String> within, List<String> settings)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(within);
    command.addAll(List.of(home.resolve("farsight").toString(), "train"));
    return train(command, directory, settings);
  }

  /**
   * Trains to the end.
   *
   * @param start the command up to its settings
   */
  public static LaunchedRun train(List<String> start, Path directory, List<String> settings)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(start);
    for (String setting : settings) {
      command.addAll(List.of("--set", setting));
    }
    command.addAll(List.of("--set", "run.directory=\"" + directory + "\""));
    execute(output(directory), command);
    return new LaunchedRun(
        ConfigFactory.parseFile(directory.resolve("report.json").toFile()),
        steadySpeed(directory.resolve("metrics.jsonl")));
  }

  /** What a run in a directory printed. */
  public static Path output(Path directory) {
    return directory.resolveSibling(directory.getFileName() + ".out");
  }

  /** Runs a command to its end, in the folder of its output. */
  static void execute(Path out, List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(out.getParent().toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed:\n" + Files.readString(out));
    }
  }

  private static double steadySpeed(Path metrics) throws IOException {
    List<String> lines = Files.readAllLines(metrics);
    Config last = ConfigFactory.parseString(lines.get(lines.size() - 1));
    Config warm = ConfigFactory.parseString(lines.get(lines.size() / 3 - 1));
    double samples = samples(last);
    return (samples - samples(warm)) / (seconds(last) - seconds(warm));
  }

  /** Every step but the last of an epoch has a full batch; benches train less than one. */
  private static double samples(Config step) {
    return step.getLong("step") * (double) BATCH;
  }

  private static double seconds(Config step) {
    return samples(step) / step.getDouble("samples_per_second");
  }

  /** The middle one, or the mean of the two in the middle. */
  public static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }
}
