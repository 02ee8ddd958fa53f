package dev.farsight.engine.run;

import dev.farsight.api.store.RowReader;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.metrics.WeightsDigest;
import dev.farsight.engine.process.Processes;
import dev.farsight.engine.progress.CountedReads;
import dev.farsight.engine.progress.ProgressMeter;
import dev.farsight.engine.share.GatheredRows;
import dev.farsight.engine.share.RowServer;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * What is done at the end of a run with all rows, such as saving the model. With several processes,
 * process 0 does it, and the others give it their rows. All rows are flushed.
 */
public final class WholeModel {

  private final Session session;

  public WholeModel(Session session) {
    this.session = session;
  }

  /**
   * SHA-256 of all weights. O(rows written).
   *
   * @return null in all processes but the first
   */
  public String sha256(RunListener events, String phase) {
    var hex = new AtomicReference<String>();
    with(
        rows -> {
          var meter = ProgressMeter.begin(events, phase, rows.rowsHeld(), "rows");
          hex.set(
              WeightsDigest.hex(new CountedReads(rows, meter), session.dense(), session.hashing()));
          meter.end();
        });
    return hex.get();
  }

  /**
   * @param work called with all rows, in process 0 alone; its failure is that of all processes
   */
  public void with(Consumer<RowReader> work) {
    if (session.processes().isAlone()) {
      work.accept(session.store());
      return;
    }
    var control = session.processes().control();
    if (!session.processes().isFirst()) {
      new RowServer(session.store(), session.rowProcesses(), control).serve();
      // The server has set its own.
      control.patience(Processes.PATIENCE);
      return;
    }
    try (var rows = new GatheredRows(session.store(), session.rowProcesses(), control)) {
      work.accept(rows);
    }
  }
}
