package dev.farsight.compute.jcuda;

import dev.farsight.api.FarsightException;
import dev.farsight.api.table.RowFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The shape of a pairwise interaction and what its kernels are launched with; the arithmetic of
 * interaction.cu, where a block takes a sample at a time, and of interaction_tensor.cu, where
 * products may be rounded and a warp takes one.
 *
 * @param vectors how many take part
 * @param dim their width
 * @param gather whether all but the first are rows, read from their slots
 * @param precision whether tensor cores may be used
 * @param sharedBytes most shared memory that a block may ask for
 */
record Interaction(int vectors, int dim, boolean gather, Precision precision, int sharedBytes) {

  private static final int MOST_THREADS = 128;

  /** What blocks may share on every GPU, and leaves room for two of them on most. */
  private static final int SHARED = 48 << 10;

  /** Dimensions that a slice has at least, and is a multiple of. */
  private static final int LEAST_SLICE = 32;

  private boolean tensor() {
    return precision != Precision.FP32;
  }

  /** Threads of a block: fewer warps where each needs much shared memory. */
  int threads() {
    int threads = MOST_THREADS;
    while (tensor() && threads > 32 && threads / 32 * warpBytes() > SHARED) {
      threads /= 2;
    }
    return threads;
  }

  /** Blocks that keep a GPU busy: by warps that take samples in turn, so many as run at once. */
  int blocks(int batchSize, int multiprocessors) {
    int samplesABlock = tensor() ? threads() / 32 : 1;
    int blocksEach = tensor() ? 4 * MOST_THREADS / threads() : 16;
    int blocks = (batchSize + samplesABlock - 1) / samplesABlock;
    return Math.min(blocks, blocksEach * multiprocessors);
  }

  private static int up(int count, int multiple) {
    return (count + multiple - 1) / multiple * multiple;
  }

  private int classes() {
    return (vectors + 3) / 4;
  }

  private int pairs() {
    return vectors * (vectors - 1) / 2;
  }

  /**
   * Dimensions that interaction.cu keeps in shared memory at once: all, if a block has room for
   * them; else as many as it has room for.
   */
  int slice() {
    int slice = up(dim, 4);
    if (tensor() || blockBytes(slice) <= sharedBytes) {
      return slice;
    }
    slice = up(dim, LEAST_SLICE) - LEAST_SLICE;
    while (slice > LEAST_SLICE && blockBytes(slice) > sharedBytes) {
      slice -= LEAST_SLICE;
    }
    return Math.max(slice, LEAST_SLICE);
  }

  /** Floats of so many dimensions of all vectors in interaction.cu. */
  private int vectorFloats(int slice) {
    return 4 * classes() * (up(slice, 32) + 16);
  }

  /** What the backward of interaction.cu needs for so many dimensions at once. */
  private int blockBytes(int slice) {
    int factors = vectors * 4 * up(classes(), 4);
    return Float.BYTES * (vectorFloats(slice) + factors + dim + pairs());
  }

  /** Of the backward, which needs more. */
  private int warpBytes() {
    return Float.BYTES * (up(dim + pairs(), 4) + 4);
  }

  int forwardBytes() {
    return tensor()
        ? threads() / 32 * Float.BYTES * up(pairs(), 4)
        : Float.BYTES * (vectorFloats(slice()) + pairs());
  }

  int backwardBytes() {
    return tensor() ? threads() / 32 * warpBytes() : blockBytes(slice());
  }

  void require(Gpu gpu) {
    if (backwardBytes() > sharedBytes) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "an interaction of %d vectors of %d floats needs %d KiB of shared memory a block, %s has %d; lower the number of tables or model.embedding-dim",
              vectors,
              dim,
              backwardBytes() >> 10,
              gpu.name(),
              sharedBytes >> 10));
    }
  }

  /**
   * @param rows how the weights of rows are stored
   */
  KernelSource source(int batchSize, RowFormat.Precision rows) {
    return KernelSource.of(
        "interaction",
        List.of(
            "weights.cu",
            "interaction_common.cu",
            tensor() ? "interaction_tensor.cu" : "interaction.cu"),
        Map.of(
            "VECTORS",
            vectors,
            "DIM",
            dim,
            "SLICE",
            slice(),
            "GATHER",
            gather ? 1 : 0,
            "HALVES",
            RowWeightKernels.halves(rows),
            "THREADS",
            threads(),
            "BATCH",
            batchSize,
            "BF16",
            precision == Precision.BF16 ? 1 : 0));
  }
}
