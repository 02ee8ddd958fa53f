package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.HostTrace;
import dev.farsight.api.store.RowStore;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.plan.UniqueRowSearch;

/**
 * Finds the unique rows of each batch that was read, and tells the store to expect them. Needs no
 * room: the unique rows are carried with the batch.
 */
final class DedupeStage extends Stage {

  private final Carriers carriers;
  private final UniqueRowSearch search;
  private final RowStore store;
  private final boolean updatesRows;

  /**
   * @param updatesRows whether training changes rows
   */
  DedupeStage(
      HostTrace trace,
      Carriers carriers,
      UniqueRowSearch search,
      RowStore store,
      boolean updatesRows) {
    super("dedupe", new Clock("find unique rows", trace));
    this.carriers = carriers;
    this.search = search;
    this.store = store;
    this.updatesRows = updatesRows;
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.dedupe();
  }

  @Override
  boolean awaitWork(PhaseState state, long n) {
    return state.read().await(n + 1);
  }

  @Override
  Outcome run(PhaseState state, long n) {
    boolean training = state.phase().training();
    search.find(
        carriers.batch(n),
        training ? RowRequest.Use.TRAIN : RowRequest.Use.EVALUATE,
        training && updatesRows,
        carriers.uniqueRows(n));
    RowRequest request = carriers.request(n);
    store.expect(request.rows(), 0, request.count());
    return Outcome.DONE;
  }
}
