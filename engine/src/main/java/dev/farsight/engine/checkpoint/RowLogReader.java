package dev.farsight.engine.checkpoint;

import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.FarsightException;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;

/** Reads a {@link RowLog} from front to back, checking every block. Two buffers of a block. */
final class RowLogReader implements AutoCloseable {

  private final Path file;
  private final FileChannel channel;
  private final RowFormat format;
  private final long size;
  private final long forced;
  private final long next;
  private final long held;
  private final ByteBuffer block;
  private final long[] ids;
  private final RowBuffer values;
  private long position = RowLog.HEADER;
  private int count;
  private final BitSet fresh = new BitSet();

  /**
   * Opens a log and checks that it is the one looked for.
   *
   * @throws FarsightException if it is not, or was cut off
   */
  RowLogReader(Path file, RowFormat format, RowLog.Id id) {
    this.file = file;
    this.format = format;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      try {
        ByteBuffer header = RowLog.buffer(RowLog.HEADER);
        size = channel.size();
        if (!readFully(header, 0)) {
          throw new FarsightException(file + ": is damaged: it ends within its header");
        }
        RowLog.check(file, header, format, id);
        forced = RowLog.length(file, header);
        next = RowLog.next(file, header);
        held = RowLog.held(header);
        if (size < forced) {
          throw new FarsightException(
              "%s: is damaged: it has %d bytes of %d".formatted(file, size, forced));
        }
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
    int most = RowLog.blockRows(format);
    block = RowLog.buffer(RowLog.blockBytes(format, most));
    ids = new long[most];
    values = RowBuffer.allocate(format, most, HostBuffers.plain());
  }

  /** The step of the log that goes on where this one ends, or {@link RowLog#NO_STEP}. */
  long next() {
    return next;
  }

  /** Rows that the store held when an undo log was begun. */
  long held() {
    return held;
  }

  /** Bytes of the file. */
  long size() {
    return size;
  }

  /**
   * Moves to the next block; false at the end.
   *
   * @throws FarsightException if the block is damaged
   */
  boolean advance() {
    try {
      String damage = read();
      if (damage == null) {
        return count > 0;
      }
      if (position < forced) {
        throw new FarsightException(
            "%s: is damaged: the block at byte %d %s".formatted(file, position, damage));
      }
      return false;
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  /** Reads the block at the position and moves on; or says what is wrong with it. */
  private String read() throws IOException {
    count = 0;
    fresh.clear();
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
      ids[i] = id & ~RowLog.FRESH;
      fresh.set(i, id < 0);
    }
    int at = RowLog.BLOCK_HEADER + rows * Long.BYTES;
    values.bytes().put(0, block, at, rows * format.bytes());
    position += bytes;
    count = rows;
    return null;
  }

  /** Row ids of the block, the first {@link #count}. */
  long[] ids() {
    return ids;
  }

  /** Their values. */
  RowBuffer values() {
    return values;
  }

  int count() {
    return count;
  }

  /** How many rows of the block had never been written. */
  int fresh() {
    return fresh.cardinality();
  }

  /** Whether a row of the block had never been written. */
  boolean fresh(int row) {
    return fresh.get(row);
  }

  private boolean readFully(ByteBuffer into, long from) throws IOException {
    long at = from;
    while (into.hasRemaining()) {
      int read = channel.read(into, at);
      if (read < 0) {
        return false;
      }
      at += read;
    }
    return true;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }
}
