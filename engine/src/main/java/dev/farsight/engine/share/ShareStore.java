package dev.farsight.engine.share;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowStore;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.RowBits;
import java.util.Objects;

/**
 * The rows of one process, by their global row ids, in a store that has these rows alone and knows
 * their local ones. Rows of other processes are refused.
 *
 * <p>{@link #spec} is that of all rows. What is counted ({@link #rowsHeld}, {@link #stats}) is what
 * this process has; replicated rows are read, written and counted by every process.
 *
 * <p><b>Cost.</b> A cache line for each row of a call ({@link RowShare}). Allocates nothing once
 * calls of such a size have been seen, but a ticket for a call that the store below does not finish
 * before it returns. <b>Memory.</b> 8 bytes for each row of the calls under way. <b>Threading.</b>
 * As the store below.
 */
public final class ShareStore extends ForwardingRowStore {

  private final RowStore below;
  private final RowShare share;
  private final IdArrays arrays = new IdArrays();
  private volatile StoreSpec spec;

  /**
   * @param below a store that was opened with {@link #specOf}; closed with this one
   * @param spec that of all rows
   */
  public ShareStore(RowStore below, RowShare share, StoreSpec spec) {
    super(below);
    if (!below.spec().tables().equals(share.tables()) || !spec.tables().equals(share.all())) {
      throw new IllegalArgumentException(
          "a store of "
              + below.spec().tables()
              + " for a share of "
              + share.tables()
              + " of "
              + spec.tables());
    }
    this.below = below;
    this.share = share;
    this.spec = spec;
  }

  /** With what the store of a share is opened, given the spec of a store of all rows. */
  public static StoreSpec specOf(RowShare share, StoreSpec all) {
    return new StoreSpec(
        share.tables(),
        all.format(),
        all.initial().renumbered(share.tables(), share::globalRow),
        all.own(),
        all.threads(),
        all.directory(),
        all.generations());
  }

  /** That of all rows, in the current generation. */
  @Override
  public StoreSpec spec() {
    return spec;
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    spec.check(rows, from, count, target, targetRow);
    long[] ids = arrays.take(count);
    translate(rows, from, count, ids);
    return whenDone(below.read(ids, 0, count, target, targetRow), ids);
  }

  @Override
  public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
    spec.check(rows, from, count, source, sourceRow);
    long[] ids = arrays.take(count);
    translate(rows, from, count, ids);
    return whenDone(below.write(ids, 0, count, source, sourceRow), ids);
  }

  @Override
  public void expect(long[] rows, int from, int count) {
    long[] ids = arrays.take(count);
    translate(rows, from, count, ids);
    below.expect(ids, 0, count);
    arrays.give(ids);
  }

  @Override
  public void expectWrites(long[] rows, int from, int count) {
    long[] ids = arrays.take(count);
    translate(rows, from, count, ids);
    below.expectWrites(ids, 0, count);
    arrays.give(ids);
  }

  private void translate(long[] rows, int from, int count, long[] ids) {
    for (int i = 0; i < count; i++) {
      ids[i] = share.localRow(rows[from + i]);
    }
  }

  /**
   * Keeps the ids until the call is done. Those of a call that failed are left to the garbage
   * collector: it may still be using them.
   */
  private Ticket whenDone(Ticket ticket, long[] ids) {
    if (ticket != Ticket.DONE) {
      return new Pending(ticket, ids, arrays);
    }
    arrays.give(ids);
    return Ticket.DONE;
  }

  /** A call under way, which holds its ids. */
  private static final class Pending implements Ticket {

    private final Ticket ticket;
    private final IdArrays arrays;

    /** Null once they were given back. */
    private long[] ids;

    Pending(Ticket ticket, long[] ids, IdArrays arrays) {
      this.ticket = ticket;
      this.ids = ids;
      this.arrays = arrays;
    }

    @Override
    public void await() {
      ticket.await();
      synchronized (this) {
        if (ids != null) {
          arrays.give(ids);
          ids = null;
        }
      }
    }
  }

  @Override
  public boolean written(long row) {
    return below.written(share.localRow(row));
  }

  /** Rows of other processes are not among them. */
  @Override
  public void written(long fromRow, long toRow, RowBits target) {
    Objects.checkFromToIndex(fromRow, toRow, share.all().rows());
    long from = share.rowsBefore(fromRow);
    long to = share.rowsBefore(toRow);
    if (from == to) {
      return;
    }
    var found = new RowBits(to);
    below.written(from, to, found);
    for (long row = found.next(from); row >= 0 && row < to; row = found.next(row + 1)) {
      target.add(share.globalRow(row));
    }
  }

  @Override
  public void beginGeneration(int generation) {
    below.beginGeneration(generation);
    spec = spec.ofGeneration(generation);
  }

  @Override
  public void returnToGeneration(int generation) {
    below.returnToGeneration(generation);
    spec = spec.ofGeneration(generation);
  }
}
