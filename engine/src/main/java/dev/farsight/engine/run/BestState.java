package dev.farsight.engine.run;

import dev.farsight.api.store.RowReader;
import dev.farsight.api.table.RowBits;
import dev.farsight.engine.checkpoint.CheckpointReader;
import dev.farsight.engine.checkpoint.RowCopy;
import dev.farsight.engine.export.ChangedRows;
import dev.farsight.engine.model.OptimizerUpdates;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a run back to the checkpoint of its best evaluation. To the store this is more training:
 * the rows that changed since then are written once more. So checkpoints of later steps stay whole,
 * and the run can be resumed from the last one. O(rows written).
 */
final class BestState {

  private static final Logger LOG = LoggerFactory.getLogger(BestState.class);

  private final Session session;

  BestState(Session session) {
    this.session = session;
  }

  /**
   * Restores weights and optimizer state. The pipeline is at rest, all rows are flushed.
   *
   * @return how many updates the restored optimizer state has seen; empty if there is no checkpoint
   *     of that step, and nothing is changed
   */
  Optional<OptimizerUpdates> restore(long step) {
    session.checkpoints().await();
    Optional<CheckpointReader> checkpoint = session.checkpoints().reader(step);
    if (checkpoint.isEmpty()) {
      LOG.warn(
          "there is no checkpoint of the best step {}: the model of the last step stays", step);
      return Optional.empty();
    }
    restoreRows(checkpoint.get());
    checkpoint.get().loadDense(session.lane().step().dense());
    session.transfers().loadResident();
    session.residency().drained();
    return Optional.of(checkpoint.get().info().updates());
  }

  private void restoreRows(CheckpointReader checkpoint) {
    RowReader store = session.store();
    RowReader below =
        store.identity().isPresent() ? store : CheckpointReader.unwritten(store.spec());
    try (RowReader best = checkpoint.rows(below)) {
      RowBits changed = ChangedRows.between(best, store);
      RowCopy.copy(changed, best, session.store());
      LOG.info("{} rows taken back to step {}", changed.count(), checkpoint.step());
    }
    session.store().flush();
  }
}
