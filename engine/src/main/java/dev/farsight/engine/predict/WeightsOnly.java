package dev.farsight.engine.predict;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowReader;
import dev.farsight.api.store.OpenGuard;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowWeights;
import dev.farsight.engine.memory.OwnedBuffers;
import dev.farsight.engine.model.InitialWeights;
import java.util.ArrayDeque;

/**
 * Reads the rows of another reader as float32 weights, without their optimizer state. Owns that
 * reader, and what that reads from. As many buffers of 256 rows as there were calls at the same
 * time; otherwise reading allocates nothing.
 */
final class WeightsOnly extends ForwardingRowReader {

  private static final int CHUNK_ROWS = 256;

  private final RowReader rows;
  private final RowReader below;
  private final StoreSpec spec;
  private final RowFormat format;
  private final OpenGuard guard = new OpenGuard();
  private final OwnedBuffers buffers = new OwnedBuffers();

  /** Those that no call uses. */
  private final ArrayDeque<Scratch> free = new ArrayDeque<>();

  /** Working memory of a call. */
  private static final class Scratch {
    private final RowBuffer stored;
    private final RowWeights reader;
    private final float[] weights;

    Scratch(RowFormat format, HostBuffers buffers) {
      stored = RowBuffer.allocate(format, CHUNK_ROWS, buffers);
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
    format = stored.format();
    var initial = new InitialWeights(stored.initial());
    spec =
        new StoreSpec(
            stored.tables(),
            initial.format(),
            initial.asFloat32(),
            stored.own(),
            stored.threads(),
            stored.directory());
  }

  @Override
  public StoreSpec spec() {
    return spec;
  }

  @Override
  public Ticket read(long[] ids, int from, int count, RowBuffer target, int targetRow) {
    spec.check(ids, from, count, target, targetRow);
    long call = guard.begin();
    try {
      Scratch own = take();
      try {
        read(ids, from, count, target, targetRow, own);
      } finally {
        giveBack(own);
      }
    } finally {
      guard.end(call);
    }
    return Ticket.DONE;
  }

  private synchronized Scratch take() {
    Scratch scratch = free.poll();
    return scratch == null ? new Scratch(format, buffers) : scratch;
  }

  private synchronized void giveBack(Scratch scratch) {
    free.push(scratch);
  }

  private void read(long[] ids, int from, int count, RowBuffer target, int targetRow, Scratch own) {
    for (int done = 0; done < count; done += CHUNK_ROWS) {
      int some = Math.min(CHUNK_ROWS, count - done);
      rows.read(ids, from + done, some, own.stored, 0).await();
      for (int i = 0; i < some; i++) {
        own.reader.get(own.stored.floats(i), own.stored.wordAt(i), own.weights);
        int row = targetRow + done + i;
        target.floats(row).put(target.wordAt(row), own.weights);
      }
    }
  }

  @Override
  public void close() {
    guard.close(() -> Closing.all(rows, below, buffers));
  }
}
