package dev.farsight.bench.trace;

import dev.farsight.api.data.Feature;
import dev.farsight.api.table.Table;
import java.util.List;

/**
 * The layout of a recorded trace, which docs/traces.md describes. Numbers are big-endian.
 *
 * <pre>
 * header  magic, version, length, [batch size, row bytes, tables: rows, name, lookup limit,
 *         features: table, fewest and most lookups, name], CRC-32C of all before
 * block   samples, phase, epoch, use, updates, length, columns packed by zstd, CRC-32C of all before
 * ...
 * end     0, samples in all (64 bits), CRC-32C of both
 * </pre>
 */
final class TraceFormat {

  /** Tells the format, and whether a transfer as text has changed line ends. */
  static final long MAGIC = 0x894653540D0A1A0AL;

  static final int VERSION = 2;

  /** A header without features: each table has one, which is one-hot. */
  static final int VERSION_OF_TABLES = 1;

  static final int HEADER_START = Long.BYTES + Short.BYTES + Integer.BYTES;
  static final int MOST_HEADER_BYTES = 1 << 28;
  static final int MOST_BATCH_SIZE = 1 << 24;
  static final int MOST_ROW_BYTES = (1 << 24) - 1;
  static final int BLOCK_HEADER = 4 * Integer.BYTES + 2;
  static final int END_BYTES = Integer.BYTES + Long.BYTES + Integer.BYTES;
  static final byte TRAIN = 0;
  static final byte EVALUATE = 1;

  private static final int BLOCK_NUMBERS = 1 << 21;
  private static final int MOST_SAMPLES = 1 << 17;

  private TraceFormat() {}

  /** Most numbers that the columns of a block hold: indices, and lengths of bags. */
  static int blockNumbers(List<Feature> features) {
    return Math.max(BLOCK_NUMBERS, features.size());
  }

  /** Most samples of a block; 0 if a block cannot hold a single one. */
  static int blockSamples(List<Feature> features) {
    return (int) Math.min(MOST_SAMPLES, blockNumbers(features) / leastNumbers(features));
  }

  /** Fewest numbers that a sample has. */
  static long leastNumbers(List<Feature> features) {
    return features.stream().mapToLong(f -> f.minLookups() + (hasLengths(f) ? 1L : 0L)).sum();
  }

  /** Whether the length of each bag is stored: all other features have as many lookups always. */
  static boolean hasLengths(Feature feature) {
    return feature.minLookups() != feature.maxLookups();
  }

  /** Bytes of an index of a table. */
  static int width(Table table) {
    return Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(table.rows() - 1) + 7) / 8);
  }
}
