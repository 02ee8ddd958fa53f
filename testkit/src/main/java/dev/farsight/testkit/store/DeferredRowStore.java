package dev.farsight.testkit.store;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowStore;
import dev.farsight.api.store.RowStore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A store whose reads and writes are done as late as a {@link Ticket} allows: when it is awaited.
 * Whoever uses rows before that, or never waits, gets wrong rows every time. Allocates a ticket a
 * call.
 */
public final class DeferredRowStore extends ForwardingRowStore {

  private final AtomicInteger pending = new AtomicInteger();

  public DeferredRowStore(RowStore store) {
    super(store);
  }

  /** Calls whose tickets nobody has awaited yet. */
  public int pending() {
    return pending.get();
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    return later(() -> super.read(rows, from, count, target, targetRow).await());
  }

  @Override
  public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
    return later(() -> super.write(rows, from, count, source, sourceRow).await());
  }

  private Ticket later(Runnable work) {
    pending.incrementAndGet();
    return new Ticket() {
      private boolean done;

      @Override
      public synchronized void await() {
        if (!done) {
          done = true;
          pending.decrementAndGet();
          work.run();
        }
      }
    };
  }
}
