package dev.farsight.compute.nd4j.cpu;

/**
 * How the samples of a batch are cut into tiles: a function of the full batch's size alone, so that
 * results are too. Every product packs its weights anew for each tile, so tiles are not small;
 * there are some sixteen, so that a thread that loses its core to the planner for a while is not
 * waited for.
 *
 * @param samples of a full batch
 * @param size samples of a tile; the last may have fewer
 */
record Tiling(int samples, int size) {

  private static final int MIN = EvaluationRows.WHOLE;
  private static final int MAX = 128;
  private static final int WANTED = 16;

  static Tiling of(int samples) {
    int even = (samples / WANTED + MIN - 1) / MIN * MIN;
    return new Tiling(samples, Math.min(MAX, Math.max(MIN, even)));
  }

  /** Rows of a value: those of whole tiles. */
  int rows() {
    return tiles() * size;
  }

  /** Tiles of a full batch. */
  int tiles() {
    return tiles(samples);
  }

  /** Tiles of a batch of so many samples. */
  int tiles(int batch) {
    return (batch + size - 1) / size;
  }
}
