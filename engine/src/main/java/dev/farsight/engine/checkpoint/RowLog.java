package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;
import dev.farsight.api.table.RowFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The file format of rows, each with its id: rows of a checkpoint, and old values of rows in an
 * undo log. Little-endian.
 *
 * <pre>
 * header  128 bytes
 *    0  "FARSROWS"   8  version   12  weights and   16  state floats of a row
 *   20  kind        24  run      32  step           40  rows that the store held at first, in an undo log
 *   48  CRC32C of bytes 0 to 47
 *   56  length up to which the file was forced to disk, and at 64 its complement
 *   72  step of the log that follows this one, -1 while there is none, and at 80 its complement
 * block   CRC32C of what follows, count, count row ids (int64), count rows (float32)
 *         the top bit of an id in an undo log: the row had never been written
 * </pre>
 *
 * The two pairs from 56 on change in place; a torn pair does not match its complement. Every block
 * below the forced length must be whole. What lies above it is a tail that the process did not
 * finish: its whole blocks count, the rest never happened.
 */
final class RowLog {

  static final int HEADER = 128;
  static final int BLOCK_HEADER = 8;
  static final int UNDO = 1;
  static final int ROWS = 2;
  static final long NO_STEP = -1;
  static final long FRESH = Long.MIN_VALUE;

  private static final long MAGIC = 0x53574F5253524146L;
  private static final int VERSION = 1;
  private static final int HELD_AT = 40;
  private static final int CHECKED = 48;
  private static final int LENGTH_AT = 56;
  private static final int NEXT_AT = 72;
  private static final int BLOCK_BYTES = 1 << 20;
  private static final int MOST_ROWS = 4096;

  /**
   * Whose rows a log holds.
   *
   * @param kind {@link #UNDO} or {@link #ROWS}
   * @param run drawn at random by the run that writes it
   * @param step the checkpoint that it belongs to
   */
  record Id(int kind, long run, long step) {}

  private RowLog() {}

  /** Rows of the largest block. */
  static int blockRows(RowFormat format) {
    return Math.max(1, Math.min(MOST_ROWS, BLOCK_BYTES / (Long.BYTES + format.bytes())));
  }

  static int blockBytes(RowFormat format, int rows) {
    return BLOCK_HEADER + rows * (Long.BYTES + format.bytes());
  }

  static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static ByteBuffer header(RowFormat format, Id id, long held) {
    ByteBuffer header = buffer(HEADER);
    header.putLong(MAGIC).putInt(VERSION).putInt(format.dim()).putInt(format.stateFloats());
    header.putInt(id.kind()).putLong(id.run()).putLong(id.step()).putLong(held);
    header.putInt(CHECKED, crc(header, 0, CHECKED));
    header.putLong(LENGTH_AT, HEADER).putLong(LENGTH_AT + 8, ~(long) HEADER);
    header.putLong(NEXT_AT, NO_STEP).putLong(NEXT_AT + 8, ~NO_STEP);
    return header.clear();
  }

  static void writeLength(FileChannel channel, long length) throws IOException {
    writePair(channel, LENGTH_AT, length);
  }

  static void writeNext(FileChannel channel, long step) throws IOException {
    writePair(channel, NEXT_AT, step);
  }

  private static void writePair(FileChannel channel, int at, long value) throws IOException {
    ByteBuffer pair = buffer(16).putLong(value).putLong(~value).flip();
    writeFully(channel, pair, at);
  }

  static void writeFully(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
    long position = at;
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
  }

  static int crc(ByteBuffer bytes, int from, int to) {
    var crc = new CRC32C();
    crc.update(bytes.duplicate().limit(to).position(from));
    return (int) crc.getValue();
  }

  /** Complains unless the header is that of the log looked for. */
  static void check(Path file, ByteBuffer header, RowFormat format, Id id) {
    if (header.getLong(0) != MAGIC || header.getInt(CHECKED) != crc(header, 0, CHECKED)) {
      throw new FarsightException(file + ": is damaged: its header is not that of a row log");
    }
    if (header.getInt(8) != VERSION) {
      throw new FarsightException(
          file + ": has format version " + header.getInt(8) + ", this is version " + VERSION);
    }
    int dim = header.getInt(12);
    int stateFloats = header.getInt(16);
    if (dim != format.dim() || stateFloats != format.stateFloats()) {
      throw new FarsightException(
          "%s: holds rows of %d weights and %d floats of state, not %s"
              .formatted(file, dim, stateFloats, format));
    }
    if (!new Id(header.getInt(20), header.getLong(24), header.getLong(32)).equals(id)) {
      throw new FarsightException(file + ": belongs to another run or step");
    }
  }

  static long held(ByteBuffer header) {
    return header.getLong(HELD_AT);
  }

  static long length(Path file, ByteBuffer header) {
    return pair(file, header, LENGTH_AT);
  }

  static long next(Path file, ByteBuffer header) {
    return pair(file, header, NEXT_AT);
  }

  private static long pair(Path file, ByteBuffer header, int at) {
    long value = header.getLong(at);
    if (header.getLong(at + 8) != ~value) {
      throw new FarsightException(file + ": is damaged: its header contradicts itself");
    }
    return value;
  }
}
