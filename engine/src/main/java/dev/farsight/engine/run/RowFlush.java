package dev.farsight.engine.run;

/** Brings every trained row to the store, and the store's rows to its medium. */
public final class RowFlush {

  private final Session session;

  public RowFlush(Session session) {
    this.session = session;
  }

  public void flush() {
    session.transfers().flush();
    session.store().flush();
  }

  /** Flushes after a failure. If that fails too, the flush's failure is suppressed. */
  public void flushAfter(Throwable failure) {
    try {
      flush();
    } catch (RuntimeException | Error e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }
}
