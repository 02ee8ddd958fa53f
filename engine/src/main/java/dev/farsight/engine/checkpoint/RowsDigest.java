package dev.farsight.engine.checkpoint;

import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowBits;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * A digest of rows with their ids that does not depend on the order in which they are added: the
 * sum of a 64-bit hash of each row. The hash combines CRC-32 and CRC-32C of the row's bytes, which
 * processors compute at memory speed. It finds faults; it does not resist forgery.
 *
 * <p>Not thread-safe; allocates only a view of each row.
 */
final class RowsDigest {

  private final CRC32 crc32 = new CRC32();
  private final CRC32C crc32c = new CRC32C();
  private long rows;
  private long sum;

  /**
   * Adds rows.
   *
   * @param selected only these rows are added; null for all
   */
  void add(long[] ids, int count, RowBuffer values, RowBits selected) {
    for (int i = 0; i < count; i++) {
      if (selected == null || selected.contains(ids[i])) {
        add(ids[i], values.bytes(i), values.byteAt(i), values.format().bytes());
      }
    }
  }

  /**
   * Adds a row.
   *
   * @param buffer holds the row's {@code length} bytes from {@code offset} on; its position and
   *     limit are ignored and unchanged
   */
  void add(long row, ByteBuffer buffer, int offset, int length) {
    ByteBuffer bytes = buffer.slice(offset, length);
    crc32.reset();
    crc32.update(bytes);
    crc32c.reset();
    crc32c.update(bytes.rewind());
    sum += mix(mix(row) ^ (crc32.getValue() << 32 | crc32c.getValue()));
    rows++;
  }

  /** The finalizer of SplitMix64: every bit of the result depends on every bit of the argument. */
  private static long mix(long value) {
    long bits = value + 0x9E3779B97F4A7C15L;
    bits = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
    bits = (bits ^ bits >>> 27) * 0x94D049BB133111EBL;
    return bits ^ bits >>> 31;
  }

  /** Number of rows added. */
  long rows() {
    return rows;
  }

  /** The digest of the rows added so far. */
  long sum() {
    return sum;
  }
}
