package dev.farsight.cli;

import dev.farsight.api.config.Settings;
import java.util.Locale;
import java.util.Optional;

/**
 * Warns of a run with so few steps that it can hardly learn: the usual fault of a first run on a
 * small file, as the default batch size is one for large data.
 */
final class FewSteps {

  /** A model that begins at random values needs at least about as many. */
  private static final long ENOUGH = 100;

  private static final int SMALLEST_BATCH = 16;

  private FewSteps() {}

  /**
   * The warning, in a line; empty if there is none. A run of {@code train.max-steps} or one that
   * begins with a trained model may be meant to be short.
   *
   * @param steps steps of the whole run; 0 if unknown
   */
  static Optional<String> warning(long steps, Settings farsight) {
    if (steps == 0
        || steps >= ENOUGH
        || farsight.section("train").longInteger("max-steps", 0, Long.MAX_VALUE) > 0
        || farsight.section("model").has("load")) {
      return Optional.empty();
    }
    int batch = farsight.section("data").integer("batch-size", 1, Integer.MAX_VALUE);
    int smaller = smallerBatch(steps, batch);
    String batchAdvice =
        smaller == batch
            ? ""
            : String.format(Locale.ROOT, "data.batch-size to %d (it is %,d), or ", smaller, batch);
    return Optional.of(
        String.format(
            Locale.ROOT,
            "warning: only %,d %s to train, too few to learn much; set %strain.epochs to more (it is %d)",
            steps,
            steps == 1 ? "step" : "steps",
            batchAdvice,
            farsight.section("train").integer("epochs", 1, Integer.MAX_VALUE)));
  }

  /** The largest power of two that gives enough steps, if any does; not more than the batch. */
  private static int smallerBatch(long steps, int batch) {
    long wanted = Long.highestOneBit(Math.max(1, steps * batch / ENOUGH));
    return (int) Math.min(batch, Math.max(SMALLEST_BATCH, wanted));
  }
}
