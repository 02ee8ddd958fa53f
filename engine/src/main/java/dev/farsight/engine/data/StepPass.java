package dev.farsight.engine.data;

import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.internal.Closing;
import dev.farsight.engine.process.OwnRanks;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Opens passes over data, from which the ranks of this process read their samples of each step. */
public final class StepPass {

  private StepPass() {}

  /**
   * A pass for all ranks, or if the data allows it, one for each.
   *
   * @param stepSamples samples of a step, on all ranks together
   * @param pass opens a pass
   */
  public static BatchSource of(
      DataSource data, OwnRanks ranks, int stepSamples, Supplier<BatchSource> pass) {
    // The weights of a whole step are checked, which takes one who reads them all.
    if (ranks.count() > 1 && data.readsInParts() && !data.schema().weighted()) {
      return divided(ranks, stepSamples, pass);
    }
    return ranks.areAll() ? pass.get() : new OwnSamples(pass.get(), ranks, stepSamples);
  }

  private static BatchSource divided(OwnRanks ranks, int stepSamples, Supplier<BatchSource> pass) {
    List<BatchSource> passes = new ArrayList<>();
    try {
      for (int rank = 0; rank < ranks.count(); rank++) {
        passes.add(pass.get());
      }
      return new DividedSource(passes, ranks, stepSamples);
    } catch (RuntimeException | Error e) {
      passes.forEach(opened -> Closing.after(e, opened));
      throw e;
    }
  }
}
