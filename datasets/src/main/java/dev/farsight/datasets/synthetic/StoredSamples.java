package dev.farsight.datasets.synthetic;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.memory.HostBuffers;

/**
 * Samples made beforehand and kept on the heap: 4 bytes a lookup, dense feature, label and truth,
 * and 4 bytes a bag where bags vary in size. For measuring what comes after the reader. Kept in
 * {@linkplain SampleBlock blocks} of whole batches, so that there may be any number of bytes in
 * all. Immutable once made.
 */
final class StoredSamples {

  /** Samples of a block, unless a batch has more: enough work for a team to draw it together. */
  private static final int SAMPLES = 1 << 14;

  /** Lookups of a block, unless a batch has more. */
  private static final int LOOKUPS = 1 << 24;

  private final int blockSize;
  private final SampleBlock[] blocks;

  /**
   * Draws all samples of a pass.
   *
   * @param samples how many these are
   * @param batchSize samples of the batches that will be asked for
   */
  StoredSamples(BatchSource pass, Workers team, long samples, int batchSize) {
    long fitting = Math.min(SAMPLES, LOOKUPS / pass.schema().maxLookups(1));
    this.blockSize = batchSize * (int) Math.max(1, fitting / batchSize);
    this.blocks = new SampleBlock[Math.toIntExact((samples + blockSize - 1) / blockSize)];
    var batch = new Batch(pass.schema(), (int) Math.min(blockSize, samples), HostBuffers.plain());
    for (int b = 0; b < blocks.length; b++) {
      pass.next(batch);
      blocks[b] = SampleBlock.copyOf(batch, team);
    }
  }

  /** Bytes that the samples take, as expected. */
  static long bytes(SyntheticSpec spec) {
    long varying = spec.bags().stream().filter(BagLaw::varies).count();
    double numbers = spec.meanLookups() + varying + spec.denseWidth() + 2;
    return (long) (spec.rows() * numbers * Integer.BYTES);
  }

  /** The block that has a sample. */
  SampleBlock blockOf(long sample) {
    return blocks[(int) (sample / blockSize)];
  }

  /** Position of a sample in its block. */
  int placeInBlock(long sample) {
    return (int) (sample % blockSize);
  }
}
