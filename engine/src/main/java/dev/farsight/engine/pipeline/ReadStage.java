package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.HostTrace;
import dev.farsight.api.data.Batch;
import dev.farsight.engine.plan.UniqueRowSearch;

/**
 * Reads batches from the phase's source. If a device searches for unique rows, the search begins
 * here. Needs room from the steps stage: the batch that used the carrier before must be done.
 */
final class ReadStage extends Stage {

  private final Carriers carriers;
  private final UniqueRowSearch search;

  ReadStage(HostTrace trace, Carriers carriers, UniqueRowSearch search) {
    super("reader", new Clock("read", trace));
    this.carriers = carriers;
    this.search = search;
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.read();
  }

  @Override
  boolean awaitWork(PhaseState state, long n) {
    return n < state.end();
  }

  @Override
  boolean awaitRoom(PhaseState state, long n) {
    return state.steps().await(n - carriers.batches() + 1);
  }

  @Override
  boolean endsOnStop() {
    return true;
  }

  @Override
  Outcome run(PhaseState state, long n) {
    Batch batch = carriers.batch(n);
    if (!state.phase().source().next(batch)) {
      return Outcome.NONE;
    }
    search.begin(batch, carriers.uniqueRows(n));
    return Outcome.DONE;
  }
}
