package dev.farsight.compute.nd4j.cpu;

/** The sum of a sample's rows, divided by the number of its lookups. */
final class MeanPooling implements FeaturePooling {

  private final int feature;
  private final BagRoom[] rooms;
  private final FeaturePooling sum;
  private final Value value;
  private final int dim;

  MeanPooling(int feature, BagRoom[] rooms, FeaturePooling sum, Value value) {
    this.feature = feature;
    this.rooms = rooms;
    this.sum = sum;
    this.value = value;
    this.dim = rooms[0].pooled().length;
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    sum.forward(tile, scratch);
    divide(value.output(), tile, scratch);
  }

  /** A row's gradient is that of the mean, divided by the number of lookups. */
  @Override
  public void backward(Tile tile, Scratch scratch) {
    if (value.gradient() != null) {
      divide(value.gradient(), tile, scratch);
    }
  }

  /** Divides each sample's vector by the number of its lookups. */
  private void divide(Matrix vectors, Tile tile, Scratch scratch) {
    float[] vector = rooms[scratch.worker()].pooled();
    int[] offsets = tile.input().batch().offsets(feature);
    int end = tile.from + tile.samples();
    for (int s = tile.from; s < end; s++) {
      int lookups = offsets[s + 1] - offsets[s];
      if (lookups > 1) {
        int at = vectors.at(s) + feature * dim;
        vectors.floats().get(at, vector, 0, dim);
        for (int d = 0; d < dim; d++) {
          vector[d] /= lookups;
        }
        vectors.floats().put(at, vector, 0, dim);
      }
    }
  }
}
