package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.data.Pooling;

/**
 * Makes one vector of each sample's lookups of one feature. One object for each feature, chosen
 * when the step is compiled, whose loops run over a tile. Allocates nothing.
 */
interface FeaturePooling {

  /** Pools the rows of a tile's samples. */
  void forward(Tile tile, Scratch scratch);

  /**
   * Once the gradient of a pooled vector is complete, turns it into the gradient of the bag's rows,
   * so far as that is the same for all of them.
   */
  default void backward(Tile tile, Scratch scratch) {}

  /**
   * The pooling of one feature.
   *
   * @param rooms by worker
   */
  static FeaturePooling of(
      int feature, StepParts parts, BagRoom[] rooms, Value value, Winners winners) {
    var of = parts.spec().schema().features().get(feature);
    var limited = parts.scales().limit(of.table()) ? parts.scales() : null;
    if (parts.bags() != null && parts.bags().sums(feature)) {
      var summed = new SummedPooling(feature, parts, value.output());
      boolean mean = !of.oneHot() && of.pooling() == Pooling.MEAN;
      return mean ? new MeanPooling(feature, rooms, summed, value) : summed;
    }
    if (of.oneHot()) {
      return limited == null && SlotRows.isFp32(parts.rows())
          ? new OneHotPooling(feature, parts.rows(), value.output())
          : new SumPooling(feature, rooms, value.output(), limited);
    }
    if (of.pooling() == Pooling.MAX) {
      return new MaxPooling(feature, rooms, value.output(), limited, winners.of(feature));
    }
    var sum = new SumPooling(feature, rooms, value.output(), limited);
    return of.pooling() == Pooling.SUM ? sum : new MeanPooling(feature, rooms, sum, value);
  }
}
