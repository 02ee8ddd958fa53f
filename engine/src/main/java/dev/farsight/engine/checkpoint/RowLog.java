package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;
import dev.farsight.api.table.RowFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * The file format of rows with their ids. Row files hold the rows of checkpoints; undo logs hold
 * old values of rows; bases and deltas hold weights for followers. Little-endian.
 *
 * <pre>
 * header  128 bytes
 *    0  "FARSROWS"   8  version   12  weights and   16  state floats of a row
 *   20  kind        24  run      32  step           40  undo log: rows that the store held when the log was begun
 *   48  CRC32C of bytes 0 to 47
 *   56  length up to which the file was forced to disk; at 64: its complement
 *   72  step of the next log, -1 if there is none yet; at 80: its complement
 * block   CRC32C of the rest of the block, count, count row ids (int64), count rows (float32)
 *         undo log: the top bit of an id is set if the row had never been written
 * </pre>
 *
 * The two pairs from byte 56 on are updated in place; in a torn pair, value and complement do not
 * match. All blocks below the forced length must be complete. Above it is a tail that the process
 * may not have finished: complete blocks of the tail count, the rest is ignored.
 */
final class RowLog {

  static final int HEADER = 128;
  static final int BLOCK_HEADER = 8;
  static final int UNDO = 1;
  static final int ROWS = 2;
  static final int DELTA = 3;
  static final int BASE = 4;
  static final long NO_STEP = -1;

  /** The bit of an id in an undo log: the row had never been written. */
  static final long NEVER_WRITTEN = Long.MIN_VALUE;

  private static final long MAGIC = 0x53574F5253524146L;
  private static final int VERSION = 1;
  private static final int ROWS_HELD_OFFSET = 40;
  private static final int CHECKED_BYTES = 48;
  private static final int LENGTH_OFFSET = 56;
  private static final int NEXT_STEP_OFFSET = 72;
  private static final int MAX_BLOCK_BYTES = 1 << 20;
  private static final int MAX_BLOCK_ROWS = 4096;

  /**
   * Identifies a log.
   *
   * @param kind {@link #UNDO}, {@link #ROWS}, {@link #DELTA} or {@link #BASE}
   * @param runId random id of the run that writes the log
   * @param step step of the checkpoint that the log belongs to
   */
  record Id(int kind, long runId, long step) {}

  private RowLog() {}

  /** Most rows of a block. */
  static int maxBlockRows(RowFormat format) {
    return Math.max(1, Math.min(MAX_BLOCK_ROWS, MAX_BLOCK_BYTES / (Long.BYTES + format.bytes())));
  }

  static int blockBytes(RowFormat format, int rows) {
    return BLOCK_HEADER + rows * (Long.BYTES + format.bytes());
  }

  static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static ByteBuffer header(RowFormat format, Id id, long rowsHeld) {
    ByteBuffer header = buffer(HEADER);
    header.putLong(MAGIC).putInt(VERSION).putInt(format.dim()).putInt(format.stateFloats());
    header.putInt(id.kind()).putLong(id.runId()).putLong(id.step()).putLong(rowsHeld);
    header.putInt(CHECKED_BYTES, crc(header, 0, CHECKED_BYTES));
    header.putLong(LENGTH_OFFSET, HEADER).putLong(LENGTH_OFFSET + 8, ~(long) HEADER);
    header.putLong(NEXT_STEP_OFFSET, NO_STEP).putLong(NEXT_STEP_OFFSET + 8, ~NO_STEP);
    return header.clear();
  }

  static void writeLength(FileChannel channel, long length) throws IOException {
    writePair(channel, LENGTH_OFFSET, length);
  }

  static void writeNextStep(FileChannel channel, long step) throws IOException {
    writePair(channel, NEXT_STEP_OFFSET, step);
  }

  private static void writePair(FileChannel channel, int headerOffset, long value)
      throws IOException {
    ByteBuffer pair = buffer(16).putLong(value).putLong(~value).flip();
    writeFully(channel, pair, headerOffset);
  }

  static void writeFully(FileChannel channel, ByteBuffer bytes, long filePosition)
      throws IOException {
    long position = filePosition;
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
  }

  static int crc(ByteBuffer bytes, int from, int to) {
    var crc = new CRC32C();
    crc.update(bytes.duplicate().limit(to).position(from));
    return (int) crc.getValue();
  }

  /**
   * @throws FarsightException if the header is damaged, or is not that of the log {@code id}
   */
  static void check(Path file, ByteBuffer header, RowFormat format, Id id) {
    if (header.getLong(0) != MAGIC
        || header.getInt(CHECKED_BYTES) != crc(header, 0, CHECKED_BYTES)) {
      throw new FarsightException(file + ": is damaged: its header is not that of a row log");
    }
    if (header.getInt(8) != VERSION) {
      throw new FarsightException(
          file + ": has format version " + header.getInt(8) + ", expected " + VERSION);
    }
    int dim = header.getInt(12);
    int stateFloats = header.getInt(16);
    if (dim != format.dim() || stateFloats != format.stateFloats()) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: holds rows of %d weights and %d floats of state, not %s",
              file,
              dim,
              stateFloats,
              format));
    }
    if (!new Id(header.getInt(20), header.getLong(24), header.getLong(32)).equals(id)) {
      throw new FarsightException(file + ": belongs to another run or step");
    }
  }

  static long rowsHeld(ByteBuffer header) {
    return header.getLong(ROWS_HELD_OFFSET);
  }

  static long length(Path file, ByteBuffer header) {
    return readPair(file, header, LENGTH_OFFSET);
  }

  static long nextStep(Path file, ByteBuffer header) {
    return readPair(file, header, NEXT_STEP_OFFSET);
  }

  private static long readPair(Path file, ByteBuffer header, int headerOffset) {
    long value = header.getLong(headerOffset);
    if (header.getLong(headerOffset + 8) != ~value) {
      throw new FarsightException(
          file + ": is damaged: a header field does not match its complement");
    }
    return value;
  }
}
