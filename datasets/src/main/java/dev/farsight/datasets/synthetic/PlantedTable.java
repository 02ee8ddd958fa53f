package dev.farsight.datasets.synthetic;

/**
 * The planted weights of one table's rows: number 0 is the bias, the others the latent vector. A
 * weight is a uniform hash of (seed, table, index, number) times 1 / sqrt(1 + rank / halfRank), so
 * that what is rarely seen says little, shifted and scaled to mean 0 and variance 1 under the
 * table's power law.
 *
 * <p>Mean and variance are exact over the first 16,384 ranks; the ranks behind count by their
 * expectation. Their weights are kept ready, {@code weights} x 64 KiB. Immutable.
 */
final class PlantedTable {

  private final PowerLaw law;
  private final long key;
  private final double halfRank;
  private final int weights;
  private final double[] mean;
  private final double[] scale;
  private final double[][] covariance;
  private final float[] ready;

  /**
   * @param key of this table in {@link Draws#PLANTED_ROWS}
   * @param weights planted weights a row
   */
  PlantedTable(PowerLaw law, long key, double halfRank, int weights) {
    this.law = law;
    this.key = key;
    this.halfRank = halfRank;
    this.weights = weights;
    this.mean = new double[weights];
    this.scale = new double[weights];
    this.covariance = new double[weights][weights];
    this.ready = new float[law.head() * weights];
    measure();
    for (int rank = 0; rank < law.head(); rank++) {
      for (int w = 0; w < weights; w++) {
        ready[rank * weights + w] = (float) compute(rank, law.index(rank), w);
      }
    }
  }

  /** A planted weight of the row of that rank and index. */
  double weight(int rank, int index, int number) {
    return rank < law.head() ? ready[rank * weights + number] : compute(rank, index, number);
  }

  /** Covariance of two of the weights of a looked-up row; the variances are 1. */
  double covariance(int number, int other) {
    return covariance[number][other];
  }

  private double compute(int rank, int index, int number) {
    return (raw(rank, index, number) - mean[number]) * scale[number];
  }

  private double raw(int rank, int index, int number) {
    return Draws.centred(Draws.bits(Draws.key(key, index), number)) * Math.sqrt(power(rank));
  }

  /** Expected square of a raw weight. */
  private double power(double rank) {
    return 1 / (1 + rank / halfRank);
  }

  private void measure() {
    var raw = new double[weights];
    for (int rank = 0; rank < law.head(); rank++) {
      double chance = law.below(rank + 1) - law.below(rank);
      for (int w = 0; w < weights; w++) {
        raw[w] = raw(rank, law.index(rank), w);
        mean[w] += chance * raw[w];
        for (int v = 0; v <= w; v++) {
          covariance[w][v] += chance * raw[w] * raw[v];
        }
      }
    }
    double tail = tailPower();
    for (int w = 0; w < weights; w++) {
      covariance[w][w] += tail;
      for (int v = 0; v <= w; v++) {
        covariance[w][v] -= mean[w] * mean[v];
      }
      scale[w] = covariance[w][w] > 0 ? 1 / Math.sqrt(covariance[w][w]) : 0;
    }
    for (int w = 0; w < weights; w++) {
      for (int v = 0; v <= w; v++) {
        covariance[w][v] *= scale[w] * scale[v];
        covariance[v][w] = covariance[w][v];
      }
    }
  }

  /** Expected share of the ranks behind the head in a raw weight's mean square, in steps of 1 %. */
  private double tailPower() {
    double sum = 0;
    double from = law.head();
    while (from < law.rows()) {
      double to = Math.min(law.rows(), Math.ceil(from * 1.01));
      sum += (law.below(to) - law.below(from)) * power((from + to) / 2);
      from = to;
    }
    return sum;
  }
}
