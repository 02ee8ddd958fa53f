package dev.farsight.engine.predict;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowReader;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowWeights;
import dev.farsight.engine.model.InitialWeights;

/**
 * Reads the rows of another reader as float32 weights, without their optimizer state. Owns that
 * reader, and what that reads from. A thread has a buffer of 256 rows; otherwise reading allocates
 * nothing.
 */
final class WeightsOnly extends ForwardingRowReader {

  private static final int CHUNK_ROWS = 256;

  private final RowReader rows;
  private final RowReader below;
  private final StoreSpec spec;
  private final ThreadLocal<Scratch> scratch;

  private static final class Scratch {
    private final RowBuffer stored;
    private final RowWeights reader;
    private final float[] weights;

    Scratch(RowFormat format) {
      stored = RowBuffer.allocate(format, CHUNK_ROWS, HostBuffers.plain());
      reader = new RowWeights(format);
      weights = new float[format.dim()];
    }
  }

  /**
   * @param below what {@code rows} reads from; closed after it
   */
  WeightsOnly(RowReader rows, RowReader below) {
    super(rows);
    this.rows = rows;
    this.below = below;
    StoreSpec stored = rows.spec();
    var initial = new InitialWeights(stored.initial());
    spec =
        new StoreSpec(
            stored.tables(),
            initial.format(),
            initial.asFloat32(),
            stored.own(),
            stored.threads(),
            stored.directory());
    scratch = ThreadLocal.withInitial(() -> new Scratch(stored.format()));
  }

  @Override
  public StoreSpec spec() {
    return spec;
  }

  @Override
  public Ticket read(long[] ids, int from, int count, RowBuffer target, int targetRow) {
    spec.check(ids, from, count, target, targetRow);
    Scratch own = scratch.get();
    for (int done = 0; done < count; done += CHUNK_ROWS) {
      int some = Math.min(CHUNK_ROWS, count - done);
      rows.read(ids, from + done, some, own.stored, 0).await();
      for (int i = 0; i < some; i++) {
        own.reader.get(own.stored.floats(i), own.stored.wordAt(i), own.weights);
        int row = targetRow + done + i;
        target.floats(row).put(target.wordAt(row), own.weights);
      }
    }
    return Ticket.DONE;
  }

  @Override
  public void close() {
    Closing.all(rows, below);
  }
}
