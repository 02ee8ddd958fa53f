package dev.farsight.engine;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowStore;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.RowBits;
import dev.farsight.testkit.store.BitFlippingPlugin;
import dev.farsight.testkit.store.NaiveRowStore;

/**
 * A store in memory that flips a bit of a row that it reads. Once armed, it chooses the first row
 * that is read for the first time, so that a replay of the run can meet the same fault.
 */
final class PlantedFault implements RowStoreFactory {

  /** When the row is wrong. */
  enum Kind {
    /** The first time that it is read after the fault was armed. */
    ONCE,
    /** Each time that it is read, also in later runs. */
    EACH_TIME,
    /** Once, in the copy that a checkpoint makes; training does not see it. */
    IN_A_CHECKPOINT
  }

  /** The highest bit of the first weight's fraction. */
  private static final int FLIPPED_BIT = 22;

  private final Kind kind;
  private volatile boolean armed;
  private volatile long flippedRow = -1;

  PlantedFault(Kind kind) {
    this.kind = kind;
  }

  /** From now on a row is chosen. */
  void arm() {
    armed = true;
  }

  /** The row that was wrong; -1 if there was none. */
  long flippedRow() {
    return flippedRow;
  }

  @Override
  public String name() {
    return BitFlippingPlugin.NAME;
  }

  @Override
  public MemoryForecast forecast(StoreSpec spec) {
    return MemoryForecast.none();
  }

  @Override
  public RowStore open(StoreSpec spec) {
    return new Store(new NaiveRowStore(spec));
  }

  private final class Store extends ForwardingRowStore {

    private final RowBits read = new RowBits(spec().tables().rows());

    Store(RowStore store) {
      super(store);
    }

    @Override
    public synchronized Ticket read(
        long[] rows, int from, int count, RowBuffer target, int targetRow) {
      super.read(rows, from, count, target, targetRow).await();
      for (int i = 0; i < count; i++) {
        boolean first = read.add(rows[from + i]);
        if (isWrong(rows[from + i], first)) {
          flippedRow = rows[from + i];
          flip(flippedRow, target, targetRow + i);
        }
      }
      return Ticket.DONE;
    }

    private boolean isWrong(long row, boolean first) {
      boolean copying = Thread.currentThread().getName().equals("farsight-checkpoint");
      if (!armed || flippedRow >= 0) {
        return kind == Kind.EACH_TIME && row == flippedRow;
      }
      return kind == Kind.IN_A_CHECKPOINT ? copying : first && !copying;
    }

    private void flip(long row, RowBuffer target, int targetRow) {
      if (target.seeds() != null && target.seeds().scales().get(targetRow) != 0) {
        spec().initial().fill(row, target.floats(targetRow), target.wordAt(targetRow));
        target.seeds().clear(targetRow, 1);
      }
      int word = target.wordAt(targetRow);
      int bits = Float.floatToRawIntBits(target.floats(targetRow).get(word));
      target.floats(targetRow).put(word, Float.intBitsToFloat(bits ^ 1 << FLIPPED_BIT));
    }
  }
}
