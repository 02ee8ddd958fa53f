package dev.farsight.compute.nd4j.cpu;

/**
 * The sum of what the ranks that have a feature's rows have added up for a sample; added in rank
 * order.
 */
final class SummedPooling implements FeaturePooling {

  private final int feature;
  private final BagTraffic bags;

  /** By owner of rows. */
  private final int[] places;

  private final Matrix output;
  private final float[][] sums;
  private final float[][] parts;
  private final int dim;

  SummedPooling(int feature, StepParts parts, Matrix output) {
    this.feature = feature;
    this.bags = parts.bags();
    this.output = output;
    this.dim = parts.spec().format().dim();
    this.sums = parts.arrays(dim);
    this.parts = parts.arrays(dim);
    int[] owners = bags.owners(feature);
    this.places = new int[owners.length];
    for (int i = 0; i < places.length; i++) {
      places[i] = bags.place(owners[i], feature);
    }
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    float[] sum = sums[scratch.worker()];
    float[] part = parts[scratch.worker()];
    int end = tile.from + tile.samples();
    output.touch(tile.from, end, feature * dim, scratch);
    for (int s = tile.from; s < end; s++) {
      bags.getSum(places[0], s, sum);
      for (int i = 1; i < places.length; i++) {
        bags.getSum(places[i], s, part);
        for (int d = 0; d < dim; d++) {
          sum[d] += part[d];
        }
      }
      output.floats().put(output.at(s) + feature * dim, sum, 0, dim);
    }
  }
}
