package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;
import java.nio.IntBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Rows as one matrix on ND4J's device, a slot a row, weights followed by state.
 *
 * <p>A move is done when {@link #move} returns. It takes one gather and one scatter, and garbage of
 * about twice the bytes of the rows moved, since ND4J's neutral way to a device is through Java
 * arrays.
 */
final class GenericSlots implements SlotMemory {

  private final RowFormat format;
  private final INDArray rows;
  private final HostBuffers rings;
  private final RowBuffer in;
  private final RowBuffer out;
  private final Scratch scratch = new Scratch();

  /**
   * @param maxChunkBytes most bytes of a chunk of a ring
   */
  GenericSlots(
      RowFormat format, int slots, int inRows, int outRows, int maxChunkBytes, HostBuffers rings) {
    this.format = format;
    this.rings = rings;
    this.rows = allocate(slots, format);
    this.in = RowBuffer.allocateChunked(format, inRows, maxChunkBytes, rings);
    this.out = RowBuffer.allocateChunked(format, outRows, maxChunkBytes, rings);
  }

  private static INDArray allocate(int slots, RowFormat format) {
    try {
      return Nd4j.create(DataType.FLOAT, slots, format.words());
    } catch (OutOfMemoryError e) {
      long bytes = (long) slots * format.bytes();
      throw new FarsightException(
          "no room for " + slots + " slots of " + bytes + " bytes together; lower cache.size", e);
    }
  }

  /** The matrix of slots, [slots][floats of a row]. */
  INDArray rows() {
    return rows;
  }

  @Override
  public RowFormat format() {
    return format;
  }

  @Override
  public int slots() {
    return (int) rows.size(0);
  }

  @Override
  public RowBuffer in() {
    return in;
  }

  @Override
  public RowBuffer out() {
    return out;
  }

  @Override
  public Ticket move(RowMoves moves) {
    scratch.run(
        () -> {
          evict(moves);
          insert(moves);
        });
    return Ticket.DONE;
  }

  private void evict(RowMoves moves) {
    if (moves.evictions() > 0) {
      INDArray evicted = RowMajor.gather(rows, ints(moves.evictSlots(), moves.evictions()));
      float[] values = evicted.data().asFloat();
      int width = format.words();
      for (int done = 0; done < moves.evictions(); ) {
        int row = moves.outFrom() + done;
        int some = out.rowsInChunk(row, moves.evictions() - done);
        out.floats(row).put(out.wordAt(row), values, done * width, some * width);
        done += some;
      }
    }
  }

  private void insert(RowMoves moves) {
    int count = moves.loads() + moves.forwards();
    if (count == 0) {
      return;
    }
    int width = format.words();
    var values = new float[Math.multiplyExact(count, width)];
    var slots = new int[count];
    for (int done = 0; done < moves.loads(); ) {
      int row = moves.inFrom() + done;
      int some = in.rowsInChunk(row, moves.loads() - done);
      in.floats(row).get(in.wordAt(row), values, done * width, some * width);
      done += some;
    }
    moves.loadSlots().get(0, slots, 0, moves.loads());
    moves.forwardSlots().get(0, slots, moves.loads(), moves.forwards());
    for (int i = 0; i < moves.forwards(); i++) {
      int row = moves.forwardRows().get(i);
      out.floats(row).get(out.wordAt(row), values, (moves.loads() + i) * width, width);
    }
    RowMajor.scatter(rows, slots, Nd4j.create(values, new long[] {count, width}));
  }

  private static int[] ints(IntBuffer buffer, int count) {
    var ints = new int[count];
    buffer.get(0, ints);
    return ints;
  }

  @Override
  public long deviceBytes() {
    return (long) slots() * format.bytes() + scratch.bytes();
  }

  @Override
  public void close() {
    Closing.all(scratch, rows, rings);
  }
}
