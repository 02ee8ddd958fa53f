package dev.farsight.engine.run;

import dev.farsight.api.FarsightException;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.table.RowBits;
import dev.farsight.engine.checkpoint.CheckpointReader;
import dev.farsight.engine.checkpoint.Digests;
import dev.farsight.engine.checkpoint.RowCopy;
import dev.farsight.engine.export.ChangedRows;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a run back to the checkpoint of its best evaluation. To the store this is more training:
 * the rows that changed since then are written once more. So checkpoints of later steps stay whole,
 * and the run can be resumed from the last one. O(rows written).
 *
 * <p>If all rows were drawn anew since then, the store goes back to the generation of the
 * checkpoint. A store that keeps its rows still has it, as the checkpoint was taken at its end; any
 * other gets all rows that had been written in it.
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
   * @return how far the restored model has been trained; empty if there is no checkpoint of that
   *     step, and nothing is changed
   */
  Optional<Trained> restore(long step) {
    session.checkpoints().await();
    Optional<CheckpointReader> checkpoint = session.checkpoints().reader(step);
    if (checkpoint.isEmpty()) {
      LOG.warn(
          "there is no checkpoint of the best step {}: the model of the last step stays", step);
      return Optional.empty();
    }
    session.transfers().replaceRows(() -> restoreRows(checkpoint.get()));
    checkpoint.get().loadDense(session.dense());
    CheckpointReader.Info info = checkpoint.get().info();
    return Optional.of(
        new Trained(
            step,
            info.samples(),
            checkpoint.get().digests().map(Digests::losses).orElse(null),
            info.updates()));
  }

  private void restoreRows(CheckpointReader checkpoint) {
    RowStore store = session.store();
    boolean persistent = store.identity().isPresent();
    int generation = checkpoint.info().generation();
    boolean leaves = generation != store.spec().initial().generation();
    if (leaves && persistent) {
      store.returnToGeneration(generation);
    } else if (leaves) {
      store.beginGeneration(generation);
    }
    RowReader below = persistent ? store : CheckpointReader.unwritten(store.spec());
    try (RowReader best = checkpoint.rows(below)) {
      RowBits changed = ChangedRows.between(best, store);
      if (leaves && persistent && changed.next(0) >= 0) {
        throw new FarsightException(
            checkpoint.path() + ": rows were written between it and the end of its generation");
      }
      RowCopy.copy(changed, best, session.store());
      LOG.info("{} rows taken back to step {}", changed.count(), checkpoint.step());
    }
    session.store().flush();
  }
}
