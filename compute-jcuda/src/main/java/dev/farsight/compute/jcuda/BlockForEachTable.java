package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.table.RowGroups;
import dev.farsight.api.table.Table;

/**
 * Whether a block may take a table, in its shared memory: to find unique rows, and to order
 * lookups. It is the fast way for batches of usual size, where each feature looks up one row of a
 * table of its own. What has no room, and all else, takes the way through global memory.
 */
final class BlockForEachTable {

  /** Threads of a block that finds unique rows. */
  static final int FINDING_THREADS = 1024;

  /** What is found of this many groups fits the shared memory that every kernel may have. */
  private static final int MOST_GROUPS = 256;

  /** Rounds are bits of a word in unique.cu. */
  private static final int MOST_SAMPLES = 32 * FINDING_THREADS;

  /** What kernels that find unique rows declare, beside what they are launched with. */
  private static final int DECLARED_BYTES = 8 << 10;

  private BlockForEachTable() {}

  /**
   * Whether a block finds the unique rows of a table.
   *
   * @param sharedBytes most shared memory of a block
   */
  static boolean finds(StepSpec spec, RowGroups groups, int sharedBytes) {
    return spec.schema().oneHotEachTable()
        && spec.batchSize() <= MOST_SAMPLES
        && groups.count() <= MOST_GROUPS
        && findingBytes(spec.batchSize()) + DECLARED_BYTES <= sharedBytes;
  }

  /** Shared memory that a block is launched with: the hash of a table, and its indices. */
  static int findingBytes(int batchSize) {
    return Integer.BYTES * (entries(batchSize) + batchSize);
  }

  /** Entries of a table's hash. */
  static int entries(int batchSize) {
    return 2 * Integer.highestOneBit(2 * batchSize - 1);
  }

  /**
   * Whether a block orders the lookups of a table.
   *
   * @param sharedBytes most shared memory of a block
   */
  static boolean orders(StepSpec spec, int sharedBytes) {
    return spec.schema().oneHotEachTable() && orderingBytes(spec) <= sharedBytes;
  }

  /** Shared memory of that block: a cursor for each unique row that a table can have. */
  static int orderingBytes(StepSpec spec) {
    int rows = 0;
    for (Table table : spec.schema().tables().tables()) {
      rows = Math.max(rows, Math.min(table.rows(), spec.batchSize()));
    }
    return Integer.BYTES * rows;
  }
}
