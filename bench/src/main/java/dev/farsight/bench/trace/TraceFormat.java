package dev.farsight.bench.trace;

import dev.farsight.api.table.TableSet;

/**
 * The layout of a recorded trace, which docs/traces.md describes. Numbers are big-endian.
 *
 * <pre>
 * header  magic, version, length, [batch size, row bytes, tables: rows, name], CRC-32C of all before
 * block   samples, phase, epoch, use, updates, length, columns packed by zstd, CRC-32C of all before
 * ...
 * end     0, samples in all (64 bits), CRC-32C of both
 * </pre>
 */
final class TraceFormat {

  /** Tells the format, and whether a transfer as text has changed line ends. */
  static final long MAGIC = 0x894653540D0A1A0AL;

  static final int VERSION = 1;
  static final int HEADER_START = Long.BYTES + Short.BYTES + Integer.BYTES;
  static final int MOST_HEADER_BYTES = 1 << 28;
  static final int MOST_BATCH_SIZE = 1 << 24;
  static final int MOST_ROW_BYTES = (1 << 24) - 1;
  static final int BLOCK_HEADER = 4 * Integer.BYTES + 2;
  static final int END_BYTES = Integer.BYTES + Long.BYTES + Integer.BYTES;
  static final byte TRAIN = 0;
  static final byte EVALUATE = 1;

  /** About so many lookups make a block. */
  private static final int BLOCK_LOOKUPS = 1 << 21;

  private static final int MOST_SAMPLES = 1 << 17;

  private TraceFormat() {}

  /** Most samples of a block. */
  static int blockSamples(TableSet tables) {
    return Math.max(1, Math.min(MOST_SAMPLES, BLOCK_LOOKUPS / tables.size()));
  }

  /** Bytes of an index of a table with so many rows. */
  static int width(int rows) {
    return Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(rows - 1) + 7) / 8);
  }

  /** Bytes of all tables' indices of one sample. */
  static int sampleBytes(TableSet tables) {
    return tables.tables().stream().mapToInt(table -> width(table.rows())).sum();
  }
}
