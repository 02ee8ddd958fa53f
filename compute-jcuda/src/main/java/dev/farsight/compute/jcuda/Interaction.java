package dev.farsight.compute.jcuda;

import dev.farsight.api.FarsightException;
import java.util.List;
import java.util.Map;

/**
 * The shape of a pairwise interaction and the shared memory its kernels need; the arithmetic of
 * interaction.cu and, where products may be rounded, interaction_tensor.cu.
 *
 * @param vectors how many take part
 * @param dim their width
 * @param gather whether all but the first are rows, read from their slots
 * @param precision whether tensor cores may be used
 */
record Interaction(int vectors, int dim, boolean gather, Precision precision) {

  static final int THREADS = 128;

  private boolean tensor() {
    return precision != Precision.FP32;
  }

  /** Floats of all vectors, {@code pad} between two of them. */
  private int vectorFloats(int pad) {
    int rows = tensor() ? up(vectors, 16) : 4 * classes();
    return rows * (up(dim, 32) + pad);
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

  int forwardBytes() {
    return Float.BYTES * (vectorFloats(16) + pairs());
  }

  int backwardBytes() {
    int floats =
        tensor()
            ? vectorFloats(8) + up(vectors, 16) * (up(up(vectors, 16), 32) + 4)
            : vectorFloats(16) + vectors * 4 * up(classes(), 4);
    return Float.BYTES * (floats + dim + pairs());
  }

  void require(Gpu gpu) {
    if (backwardBytes() > gpu.sharedBytes()) {
      throw new FarsightException(
          "an interaction of %d vectors of %d floats needs %d KiB of shared memory, %s has %d; lower model.embedding-dim"
              .formatted(vectors, dim, backwardBytes() >> 10, gpu.name(), gpu.sharedBytes() >> 10));
    }
  }

  KernelSource source(int batchSize) {
    return KernelSource.of(
        "interaction",
        List.of("interaction_common.cu", tensor() ? "interaction_tensor.cu" : "interaction.cu"),
        Map.of(
            "VECTORS",
            vectors,
            "DIM",
            dim,
            "GATHER",
            gather ? 1 : 0,
            "BATCH",
            batchSize,
            "BF16",
            precision == Precision.BF16 ? 1 : 0));
  }
}
