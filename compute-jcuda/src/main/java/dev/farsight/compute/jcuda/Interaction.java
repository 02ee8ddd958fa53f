package dev.farsight.compute.jcuda;

import dev.farsight.api.FarsightException;
import java.util.List;
import java.util.Map;

/**
 * The shape of a pairwise interaction and the shared memory its kernels need; the arithmetic of
 * interaction.cu.
 *
 * @param vectors how many take part
 * @param dim their width
 * @param gather whether all but the first are rows, read from their slots
 */
record Interaction(int vectors, int dim, boolean gather) {

  static final int THREADS = 128;

  private int vectorFloats() {
    int stride = (dim + 31) / 32 * 32 + 16;
    return 4 * classes() * stride;
  }

  private int classes() {
    return (vectors + 3) / 4;
  }

  private int pairs() {
    return vectors * (vectors - 1) / 2;
  }

  int forwardBytes() {
    return Float.BYTES * (vectorFloats() + pairs());
  }

  int backwardBytes() {
    int factors = 4 * ((classes() + 3) / 4 * 4);
    return Float.BYTES * (vectorFloats() + vectors * factors + dim + pairs());
  }

  void require(Gpu gpu) {
    if (backwardBytes() > gpu.sharedBytes()) {
      throw new FarsightException(
          "an interaction of %d vectors of %d floats needs %d KiB of shared memory, %s has %d; lower model.embedding-dim"
              .formatted(vectors, dim, backwardBytes() >> 10, gpu.name(), gpu.sharedBytes() >> 10));
    }
  }

  KernelSource source(int batchSize, Precision precision) {
    return KernelSource.of(
        "interaction",
        List.of("interaction.cu"),
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
