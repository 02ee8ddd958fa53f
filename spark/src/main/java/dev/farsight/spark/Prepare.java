package dev.farsight.spark;

import dev.farsight.datasets.prepare.Preparation.Outcome;
import dev.farsight.engine.config.FarsightConfig;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/**
 * The program for {@code spark-submit}:
 *
 * <pre>Prepare CONF --out DIR [--part-rows N] [--set KEY=VALUE ...]</pre>
 *
 * <p>Ends with 0, with 1 if the data or the disk is at fault, or with 2 if a setting is.
 */
public final class Prepare {

  private Prepare() {}

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
    var asked = PrepareArguments.of(arguments);
    FarsightConfig config = FarsightConfig.ofFile(asked.conf()).set(asked.overrides());
    SparkSession session = SparkSession.builder().appName("farsight prepare").getOrCreate();
    try {
      Outcome outcome =
          new SparkPreparation(session).prepare(config, asked.out(), asked.partRows());
      print(outcome, asked.out(), out);
    } finally {
      session.stop();
    }
  }

  private static void print(Outcome outcome, Path folder, PrintStream out) {
    out.println(
        String.format(
            Locale.ROOT,
            "%s: %,d rows for training, %,d for evaluation, %,d bad rows left out, %d parts of %,d"
                + " bytes",
            folder,
            outcome.samples(false),
            outcome.samples(true),
            outcome.badRows(),
            outcome.parts().size(),
            outcome.bytes()));
  }
}
