package dev.farsight.reading.internal.record;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.internal.Sizes;
import dev.farsight.reading.internal.line.DataFile;
import java.util.function.Supplier;

/**
 * Where what columns need to know of a training part comes from: what earlier data was found to be
 * like, a pass over the training part, or both.
 */
final class FitPlan {

  private static final int MOST_COUNT_EVERY = 1_000_000;

  private final FitNeeds needs;
  private final Settings own;

  /** The setting that tells what is for training. */
  private final String split;

  /** What was found out from earlier data; null if there is none. */
  private final Fitted earlier;

  private final boolean needsPass;

  /**
   * @throws FarsightException if what was found out from earlier data cannot be read, or is for
   *     other settings
   */
  FitPlan(FitNeeds needs, DataContext context) {
    var given = context.fitted();
    this.needs = needs;
    this.own = context.own();
    this.split = EvalWhere.isSet(context.data()) ? EvalWhere.SECTION : "eval-fraction";
    this.earlier = given == null ? null : FittedFiles.read(given.folder(), needs);
    this.needsPass = earlier == null ? needs.any() : given.extend() && needs.counts();
  }

  /**
   * Checks that no pass is needed.
   *
   * @param once a file that can be read only once
   */
  void requireNoPass(DataFile once) {
    if (needsPass) {
      throw new FarsightException(
          once
              + " can be read only once, as it is no regular file, and "
              + reason()
              + " needs a pass over the training part before; do without, or save the data in a"
              + " file first");
    }
  }

  /**
   * What is known of earlier data, for who has no data to make a pass over.
   *
   * @throws FarsightException if it is not all that is needed
   */
  Fitted required() {
    if (earlier == null && needs.any()) {
      throw new FarsightException(
          reason()
              + " needs what was found out from the training part, and the model was saved without"
              + " it");
    }
    return known();
  }

  /**
   * Checks that there is something to make a pass over.
   *
   * @param train rows of the training part
   */
  void requireRows(long train) {
    if (needsPass && train == 0 && earlier == null) {
      throw new ConfigException(
          "farsight.data."
              + split
              + " leaves no row for training, and "
              + reason()
              + " needs a pass over the training part; do without, or evaluate a model that was"
              + " trained with it");
    }
  }

  /** What a pass is needed for. */
  private String reason() {
    if (needs.counts()) {
      int table = needs.countedTables().get(0);
      return "min-count of table " + Quoted.of(needs.columns().tables().get(table).name());
    }
    if (!needs.vocabularies().isEmpty()) {
      int table = needs.vocabularies().get(0);
      return "ids = vocabulary of table " + Quoted.of(needs.columns().tables().get(table).name());
    }
    int column = needs.fittedColumns().get(0);
    return "transform = standard of column "
        + Quoted.of(needs.columns().dense().get(column).name())
        + " without mean and deviation";
  }

  /**
   * What is known of the training part.
   *
   * @param pass makes the pass, if one is needed
   */
  Fitted fitted(Supplier<FitPass> pass) {
    if (!needsPass) {
      return known();
    }
    requireHeap();
    Fitted found = pass.get().run();
    return earlier == null ? found : earlier.withRowsOf(found);
  }

  /** What is known without a pass. */
  Fitted known() {
    return earlier == null ? Fitted.NOTHING : earlier;
  }

  /** Whether a pass is needed at all. */
  boolean needsPass() {
    return needsPass;
  }

  /** Whether scales and vocabularies too are to be found out; those of earlier data stay. */
  boolean all() {
    return earlier == null;
  }

  /** The least count that lets a row of a table, or a value, be told apart. */
  int enough(int table) {
    return (needs.minCount(table) + countEvery() - 1) / countEvery();
  }

  /** The lookups of every so many rows are counted. */
  int countEvery() {
    return countEvery(own);
  }

  static int countEvery(Settings own) {
    return own.integer("min-count-sample", 1, MOST_COUNT_EVERY);
  }

  private void requireHeap() {
    long needed =
        needs.countedTables().stream().mapToLong(t -> needs.columns().tables().get(t).rows()).sum();
    long heap = Runtime.getRuntime().maxMemory();
    if (needed > heap) {
      throw new ConfigException(
          own.path()
              + ".min-count needs "
              + Sizes.text(needed)
              + " of Java heap to count rows, and there are "
              + Sizes.text(heap)
              + ": more heap (-Xmx), or smaller tables");
    }
  }
}
