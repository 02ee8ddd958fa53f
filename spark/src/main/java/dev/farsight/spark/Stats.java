package dev.farsight.spark;

import dev.farsight.bench.stats.DataStats;
import dev.farsight.engine.config.FarsightConfig;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/**
 * The program for {@code spark-submit}:
 *
 * <pre>Stats CONF --out DIR [--sizes SIZE,...] [--replay-batches N] [--set KEY=VALUE ...]</pre>
 *
 * <p>Ends with 0, with 1 if the data or the disk is at fault, or with 2 if a setting is.
 */
public final class Stats {

  private Stats() {}

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
    var asked = StatsArguments.of(arguments);
    FarsightConfig config = FarsightConfig.ofFile(asked.conf()).set(asked.overrides());
    SparkSession session = SparkSession.builder().appName("farsight stats").getOrCreate();
    try {
      DataStats stats =
          new SparkStats(session).count(config, asked.out(), asked.sizes(), asked.replayBatches());
      print(stats, asked.out(), out);
    } finally {
      session.stop();
    }
  }

  private static void print(DataStats stats, Path folder, PrintStream out) {
    out.println(
        String.format(
            Locale.ROOT,
            "%s: %,d rows for training, %,d for evaluation, %,d bad rows left out, %d tables",
            folder.resolve("stats.html"),
            stats.training().rows(),
            stats.evaluation() == null ? 0 : stats.evaluation().rows(),
            stats.training().badRows(),
            stats.tables().size()));
  }
}
