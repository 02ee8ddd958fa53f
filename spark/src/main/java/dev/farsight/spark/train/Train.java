package dev.farsight.spark.train;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.spark.Program;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/**
 * The program for {@code spark-submit}:
 *
 * <pre>Train CONF [--ranks N] [--set KEY=VALUE ...]</pre>
 *
 * <p>Ends with 0, with 1 if training has failed, or with 2 if a setting is wrong. The run is left
 * in {@code run.store}, or else in {@code run.directory}. If that has checkpoints of an earlier
 * attempt, the run goes on from there.
 */
public final class Train {

  private Train() {}

  public static void main(String[] arguments) {
    int status = run(List.of(arguments), System.out, System.err);
    if (status != 0) {
      System.exit(status);
    }
  }

  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    return Program.run(err, () -> work(arguments, out));
  }

  private static void work(List<String> arguments, PrintStream out) {
    var asked = TrainArguments.of(arguments);
    FarsightConfig config = FarsightConfig.ofFile(asked.conf()).set(asked.overrides());
    Path directory = directory(config);
    SparkSession session = SparkSession.builder().appName("farsight train").getOrCreate();
    try {
      int ranks = asked.ranks() > 0 ? asked.ranks() : executors(session);
      String report = new SparkTraining(session).train(config, directory, ranks);
      print(report, RunPlace.store(config).orElse(directory.toString()), out);
    } finally {
      session.stop();
    }
  }

  private static Path directory(FarsightConfig config) {
    Settings run = config.early(Train.class.getClassLoader()).section("run");
    if (run.has("directory")) {
      return run.path("directory");
    }
    if (run.has("store")) {
      return Path.of("farsight");
    }
    throw new ConfigException(
        "farsight.run.directory is not set: name a folder that all executors have mounted; or one on a file system that Hadoop knows as farsight.run.store");
  }

  /** As many as Spark was asked for; one without a cluster. */
  private static int executors(SparkSession session) {
    var context = session.sparkContext();
    int known = context.statusTracker().getExecutorInfos().length - 1;
    return Math.max(1, context.getConf().getInt("spark.executor.instances", known));
  }

  private static void print(String report, String folder, PrintStream out) {
    Config json = ConfigFactory.parseString(report);
    String auroc =
        json.hasPath("quality.auroc")
            ? String.format(Locale.ROOT, "AUROC %.4f, ", json.getDouble("quality.auroc"))
            : "";
    out.println(
        String.format(
            Locale.ROOT,
            "%d steps, %s%s",
            json.getLong("throughput.steps"),
            auroc,
            folder + "/report.json"));
  }
}
