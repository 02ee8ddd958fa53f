package dev.farsight.testkit.store;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.config.Settings;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowStore;
import dev.farsight.api.store.RowStore;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A store whose reads flip one bit of a row, once or again and again, as faulty memory does. Nobody
 * is told: the row in the store stays right, the reader gets a wrong one.
 *
 * <p>Counts reads of the chosen row only, which do not depend on how calls interleave. A flip
 * allocates; other reads allocate nothing.
 */
public final class BitFlippingStore extends ForwardingRowStore {

  /** Any row: the one that is read when its turn comes. */
  public static final long ANY_ROW = -1;

  /**
   * Which reads are falsified.
   *
   * @param row the row, or {@link #ANY_ROW}
   * @param after how many reads of that row are left right before the first flip
   * @param every whether every later read of the row is falsified too, or only that one
   * @param bit the bit of the row, counted from the lowest bit of its first byte
   */
  public record Flip(long row, long after, boolean every, int bit) {

    static final String ROW = "flip-row";
    static final String AFTER = "flip-after";
    static final String EVERY = "flip-every";
    static final String BIT = "flip-bit";

    /** Reads the keys of {@link BitFlippingPlugin#REFERENCE}. */
    static Flip of(Settings settings, long rows, int rowBytes) {
      return new Flip(
          settings.has(ROW) ? settings.longInteger(ROW, 0, rows - 1) : ANY_ROW,
          settings.longInteger(AFTER, 0, Long.MAX_VALUE),
          settings.bool(EVERY),
          settings.integer(BIT, 0, rowBytes * Byte.SIZE - 1));
    }
  }

  private final Flip flip;
  private final AtomicLong reads = new AtomicLong();
  private final List<Long> flipped = new CopyOnWriteArrayList<>();

  public BitFlippingStore(RowStore store, Flip flip) {
    super(store);
    this.flip = flip;
  }

  /** The rows that were falsified, in order, one entry a flip. */
  public List<Long> flipped() {
    return List.copyOf(flipped);
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    int[] positions = turns(rows, from, count);
    Ticket ticket = super.read(rows, from, count, target, targetRow);
    if (positions.length == 0) {
      return ticket;
    }
    long[] ids = Arrays.stream(positions).mapToLong(i -> rows[from + i]).toArray();
    if (ticket == Ticket.DONE) {
      flip(ids, positions, target, targetRow);
      return ticket;
    }
    return new Ticket() {
      private boolean done;

      @Override
      public synchronized void await() {
        ticket.await();
        if (!done) {
          done = true;
          flip(ids, positions, target, targetRow);
        }
      }
    };
  }

  private static final int[] NONE = {};

  /** The positions in a call at which rows are to be falsified. */
  private int[] turns(long[] rows, int from, int count) {
    int[] positions = NONE;
    for (int i = 0; i < count; i++) {
      if (flip.row() == ANY_ROW || rows[from + i] == flip.row()) {
        long before = reads.getAndIncrement();
        if (before == flip.after() || (flip.every() && before > flip.after())) {
          positions = Arrays.copyOf(positions, positions.length + 1);
          positions[positions.length - 1] = i;
        }
      }
    }
    return positions;
  }

  private void flip(long[] ids, int[] positions, RowBuffer target, int targetRow) {
    for (int i = 0; i < ids.length; i++) {
      int row = targetRow + positions[i];
      materialize(ids[i], target, row);
      int at = target.byteAt(row) + flip.bit() / Byte.SIZE;
      int bit = 1 << flip.bit() % Byte.SIZE;
      target.bytes(row).put(at, (byte) (target.bytes(row).get(at) ^ bit));
      flipped.add(ids[i]);
    }
  }

  /** A row given by its seed has no bits yet. */
  private void materialize(long id, RowBuffer target, int row) {
    if (target.seeds() != null && target.seeds().scales().get(row) != 0) {
      spec().initial().fill(id, target.floats(row), target.wordAt(row));
      target.seeds().clear(row, 1);
    }
  }
}
