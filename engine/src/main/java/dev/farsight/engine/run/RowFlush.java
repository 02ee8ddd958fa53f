package dev.farsight.engine.run;

/** Brings every trained row to the store, and the store's rows to its medium. */
public final class RowFlush {

  private final Session session;

  public RowFlush(Session session) {
    this.session = session;
  }

  /**
   * Does the work, then flushes, after a failure too. If the flush then fails as well, that is
   * suppressed by the first failure.
   */
  public void after(Runnable work) {
    try {
      work.run();
      flush();
    } catch (RuntimeException | Error e) {
      flushAfter(e);
      throw e;
    }
  }

  private void flush() {
    session.transfers().flush();
    session.store().flush();
  }

  private void flushAfter(Throwable failure) {
    try {
      flush();
    } catch (RuntimeException | Error e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }
}
