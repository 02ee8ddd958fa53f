package dev.farsight.compute.nd4j.cpu;

/**
 * Pools the rows of each sample's lookups: [B][features][dim]. {@link Learning#rows} takes the
 * gradients of bags, once all tiles have added to them.
 */
final class BagKernel implements Kernel {

  private final FeaturePooling[] features;

  /** Adds the updates of rows to the parts, if rows learn. */
  BagKernel(OpValues values, StepParts parts) {
    boolean trained = values.gradient() != null;
    var winners = trained ? Winners.of(parts.spec()) : Winners.none(parts.spec());
    var rooms = BagRoom.of(parts.rows(), parts.slotRows());
    this.features = new FeaturePooling[parts.spec().schema().features().size()];
    for (int f = 0; f < features.length; f++) {
      features[f] = FeaturePooling.of(f, parts, rooms, values.value(), winners);
    }
    if (trained) {
      parts.updates().addAll(parts.learning().rows(parts, values.gradient(), winners));
    }
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    for (FeaturePooling feature : features) {
      feature.forward(tile, scratch);
    }
  }

  @Override
  public void backward(Tile tile, Scratch scratch) {
    for (FeaturePooling feature : features) {
      feature.backward(tile, scratch);
    }
  }
}
