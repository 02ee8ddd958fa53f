package dev.farsight.cli;

import dev.farsight.api.config.ConfigException;
import dev.farsight.bench.replay.Comparison;
import dev.farsight.bench.replay.Size;
import java.util.List;
import java.util.Locale;

/** Leaves out cache sizes that cannot hold every batch of a trace, and says so. */
final class SkippedSizes {

  private SkippedSizes() {}

  /**
   * The sizes that hold every batch.
   *
   * @param least the fewest slots that do
   * @param distinct rows of the trace
   * @throws ConfigException if none of them does
   */
  static List<Size> of(List<Size> sizes, long least, long distinct, Shell shell) {
    List<Size> enough = sizes.stream().filter(size -> size.slots() >= least).toList();
    if (enough.isEmpty()) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "--size: %s; %s",
              sizes.size() == 1
                  ? sizes.get(0).label() + " cannot hold every batch"
                  : "none of the sizes can hold every batch",
              Comparison.advice(least, distinct)));
    }
    for (Size size : sizes) {
      if (size.slots() < least) {
        shell
            .out()
            .printf(
                Locale.ROOT,
                "skipped: %s, %,d slots, cannot hold every batch; %s%n",
                size.label(),
                size.slots(),
                Comparison.advice(least, distinct));
      }
    }
    return enough;
  }
}
