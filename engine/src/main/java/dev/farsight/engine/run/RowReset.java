package dev.farsight.engine.run;

import dev.farsight.api.store.RowStore;
import dev.farsight.engine.event.RowsReset;
import dev.farsight.engine.event.RunListener;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws all rows and their optimizer state anew at the start of every epoch but the first, if
 * {@code train.reset-rows} says so; dense parameters go on. To the store this is a new generation.
 *
 * <p>Which rows are resident stays as it is, on the device and in the RAM tier, with what policies
 * know of them: that is as good a cache for the next epoch as it was for the last one. Their values
 * are loaded again, most of them as seeds from which the device draws. So hits do not change, and
 * the cost is O(slots) once an epoch, beside what the store needs.
 */
final class RowReset {

  private static final Logger LOG = LoggerFactory.getLogger(RowReset.class);

  private final Session session;
  private final TrainingCounters counters;
  private final RunListener events;

  RowReset(Session session, TrainingCounters counters, RunListener events) {
    this.session = session;
    this.counters = counters;
    this.events = events;
  }

  /**
   * Draws the rows if the current epoch is to begin with that and has not yet. The pipeline is at
   * rest.
   */
  void beginEpoch() {
    if (session.settings().resetRows() && !counters.rowsDrawnInEpoch()) {
      drawRows();
    }
  }

  private void drawRows() {
    events.phase("drawing all rows anew");
    long start = System.nanoTime();
    if (session.checkpoints() != null) {
      // It may still be copying rows.
      session.checkpoints().await();
    }
    RowStore store = session.store();
    int generation = store.spec().initial().generation() + 1;
    session.transfers().replaceRows(() -> store.beginGeneration(generation));
    if (session.checkpoints() == null) {
      // With checkpoints, the next one tells which generations are needed.
      store.keepGenerations(Set.of());
    }
    counters.drewRows();
    LOG.info(
        "all rows drawn anew after step {}, generation {}, in {} ms",
        counters.steps(),
        generation,
        (System.nanoTime() - start) / 1_000_000);
    events.rowsReset(new RowsReset(counters.steps(), generation));
  }
}
