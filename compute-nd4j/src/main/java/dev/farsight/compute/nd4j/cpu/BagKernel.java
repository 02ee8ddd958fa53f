package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepSpec;

/**
 * Pools the rows of each sample's lookups: [B][features][dim]. Rows are updated from the gradients
 * of bags by {@link RowUpdates}, once all tiles have added to them.
 */
final class BagKernel implements Kernel {

  private final FeaturePooling[] features;
  private final Matrix output;

  BagKernel(
      StepSpec spec, CpuSlots slots, Value value, RowScales scales, Winners winners, int workers) {
    this.output = value.output();
    this.features = new FeaturePooling[spec.schema().features().size()];
    var rooms = BagRoom.of(slots, workers);
    for (int f = 0; f < features.length; f++) {
      features[f] = FeaturePooling.of(f, spec, slots, rooms, value, scales, winners);
    }
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    for (FeaturePooling feature : features) {
      feature.forward(tile, scratch);
    }
    output.clear(tile.from + tile.samples(), tile.from + tile.rows());
  }

  @Override
  public void backward(Tile tile, Scratch scratch) {
    for (FeaturePooling feature : features) {
      feature.backward(tile, scratch);
    }
  }
}
