package dev.farsight.cli;

import dev.farsight.api.config.ConfigException;
import dev.farsight.bench.replay.Curves;
import java.util.Locale;
import picocli.CommandLine.Option;

/** {@code --sample}: how much of a trace curves are made from. */
final class SampleArgument {

  @Option(
      names = "--sample",
      paramLabel = "RATE",
      description =
          "Share of the distinct rows to replay, above 0 to 1; 1 is exact. Without, 1 for up to 131,072 distinct rows and about as many of more.")
  private Double rate;

  /** The share, or 0 to choose it. */
  double rate() {
    if (rate != null && !(rate > 0 && rate <= 1)) {
      throw new ConfigException("--sample: " + rate + " is not a number above 0 to 1");
    }
    return rate == null ? 0 : rate;
  }

  void describe(Shell shell, String name, Curves curves) {
    String how =
        curves.rate() == 1
            ? "exact"
            : String.format(
                Locale.ROOT,
                "estimated from %,d of them (--sample 1 is exact)",
                curves.requests().distinct());
    shell
        .out()
        .printf(
            Locale.ROOT,
            "%s: %,d distinct rows, batches of up to %,d samples; %s%n%n",
            name,
            curves.distinct(),
            curves.requests().batchSize(),
            how);
  }
}
