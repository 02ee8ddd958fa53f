package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;
import dev.farsight.engine.memory.OwnedBuffers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Locale;

/** Reads a {@link RowLog} from front to back, and checks every block. Memory: two blocks. */
final class RowLogReader implements AutoCloseable {

  private final Path file;
  private final FileChannel channel;
  private final OwnedBuffers buffers = new OwnedBuffers();
  private final RowFormat format;
  private final long size;
  private final long forced;
  private final long nextStep;
  private final long rowsHeld;
  private final ByteBuffer block;
  private final long[] ids;
  private final RowBuffer values;
  private long position = RowLog.HEADER;
  private int count;
  private final BitSet neverWritten = new BitSet();

  /**
   * Opens a log and checks its header.
   *
   * @throws FarsightException if it is not the log {@code id}, or if it is damaged or truncated
   */
  RowLogReader(Path file, RowFormat format, RowLog.Id id) {
    this.file = file;
    this.format = format;
    int maxRows = RowLog.maxBlockRows(format);
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      try {
        ByteBuffer header = buffer(RowLog.HEADER);
        size = channel.size();
        if (!readFully(header, 0)) {
          throw new FarsightException(file + ": is damaged: it ends within its header");
        }
        RowLog.check(file, header, format, id);
        forced = RowLog.length(file, header);
        nextStep = RowLog.nextStep(file, header);
        rowsHeld = RowLog.rowsHeld(header);
        if (size < forced) {
          throw new FarsightException(
              String.format(
                  Locale.ROOT, "%s: is damaged: it has %d bytes of %d", file, size, forced));
        }
        block = buffer(RowLog.blockBytes(format, maxRows));
        values = RowBuffer.allocate(format, maxRows, buffers);
      } catch (IOException | RuntimeException | Error e) {
        Closing.after(e, channel, buffers);
        throw e;
      }
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
    ids = new long[maxRows];
  }

  private ByteBuffer buffer(int bytes) {
    return buffers.bytes(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The step of the log that continues this one, or {@link RowLog#NO_STEP}. */
  long nextStep() {
    return nextStep;
  }

  /** Number of rows that the store held when this undo log was begun. */
  long rowsHeld() {
    return rowsHeld;
  }

  /** Length of the file in bytes. */
  long size() {
    return size;
  }

  /**
   * Moves to the next block; returns false at the end.
   *
   * @throws FarsightException if the block is damaged
   */
  boolean advance() {
    try {
      String damage = readBlock();
      if (damage == null) {
        return count > 0;
      }
      if (position < forced) {
        throw new FarsightException(
            String.format(
                Locale.ROOT, "%s: is damaged: the block at byte %d %s", file, position, damage));
      }
      return false;
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  /**
   * Reads the block at the current position and moves past it; returns what is wrong with it, or
   * null.
   */
  private String readBlock() throws IOException {
    count = 0;
    neverWritten.clear();
    if (position == size) {
      return null;
    }
    block.clear().limit(RowLog.BLOCK_HEADER);
    if (!readFully(block, position)) {
      return "is cut off";
    }
    int rows = block.getInt(4);
    if (rows < 1 || rows > ids.length) {
      return "has a wrong count";
    }
    int bytes = RowLog.blockBytes(format, rows);
    block.clear().limit(bytes);
    if (!readFully(block, position)) {
      return "is cut off";
    }
    if (block.getInt(0) != RowLog.crc(block, 4, bytes)) {
      return "has a wrong checksum";
    }
    for (int i = 0; i < rows; i++) {
      long id = block.getLong(RowLog.BLOCK_HEADER + i * Long.BYTES);
      ids[i] = id & ~RowLog.NEVER_WRITTEN;
      neverWritten.set(i, id < 0);
    }
    int valuesOffset = RowLog.BLOCK_HEADER + rows * Long.BYTES;
    values.bytes().put(0, block, valuesOffset, rows * format.bytes());
    position += bytes;
    count = rows;
    return null;
  }

  Path file() {
    return file;
  }

  /** Position in the file of the values of a row of the block. */
  long valuesPosition(int row) {
    long blockPosition = position - RowLog.blockBytes(format, count);
    return blockPosition
        + RowLog.BLOCK_HEADER
        + (long) count * Long.BYTES
        + (long) row * format.bytes();
  }

  /** Row ids of the block; the first {@link #count} entries are used. */
  long[] ids() {
    return ids;
  }

  /** Values of the rows, in the order of {@link #ids}. */
  RowBuffer values() {
    return values;
  }

  /** Number of rows in the block. */
  int count() {
    return count;
  }

  /** How many rows of the block had never been written before. */
  int neverWrittenRows() {
    return neverWritten.cardinality();
  }

  /** Whether a row of the block had never been written before. */
  boolean neverWritten(int row) {
    return neverWritten.get(row);
  }

  /** Fills the buffer; returns false if the file ends before. */
  private boolean readFully(ByteBuffer target, long filePosition) throws IOException {
    long next = filePosition;
    while (target.hasRemaining()) {
      int read = channel.read(target, next);
      if (read < 0) {
        return false;
      }
      next += read;
    }
    return true;
  }

  @Override
  public void close() {
    buffers.close();
    try {
      channel.close();
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }
}
