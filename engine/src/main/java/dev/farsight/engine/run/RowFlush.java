package dev.farsight.engine.run;

import dev.farsight.api.FarsightException;
import java.util.OptionalLong;

/** Brings every trained row to the store, and the store's rows to its medium. */
public final class RowFlush {

  private final Session session;

  public RowFlush(Session session) {
    this.session = session;
  }

  /**
   * Does the work, then flushes, after a failure too. If the flush then fails as well, that is
   * suppressed by the first failure. With several ranks, the failure then says which of them have
   * rows that the store lacks.
   */
  public void after(Runnable work) {
    try {
      work.run();
      flush();
    } catch (RuntimeException | Error e) {
      if (!flushAfter(e)) {
        tellUnsaved(e);
      }
      throw e;
    }
  }

  private void tellUnsaved(Throwable failure) {
    String rows = session.transfers().unsavedRows();
    if (!rows.isEmpty()) {
      throw new FarsightException(
          failure.getMessage() + "; the store lacks " + rows + lastCheckpoint(), failure);
    }
  }

  private String lastCheckpoint() {
    OptionalLong step =
        session.checkpoints() == null ? OptionalLong.empty() : session.checkpoints().lastStep();
    return step.isPresent()
        ? ", so the run can only continue from the checkpoint of step " + step.getAsLong()
        : ", and there is no checkpoint to continue from";
  }

  private void flush() {
    session.transfers().flush();
    session.store().flush();
  }

  /** Returns whether the store has every row. */
  private boolean flushAfter(Throwable failure) {
    try {
      flush();
      return true;
    } catch (RuntimeException | Error e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
      return false;
    }
  }
}
