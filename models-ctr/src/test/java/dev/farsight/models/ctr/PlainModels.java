package dev.farsight.models.ctr;

import java.util.Map;

/**
 * The models as their papers write them, for one sample in double precision: no tape, no ops. Rows
 * are those that the sample looks up, one a feature.
 */
final class PlainModels {

  private final Map<String, double[]> dense;
  private final double[] features;
  private final double[][] rows;

  /**
   * @param dense parameters by name
   * @param features the dense features
   * @param rows the weights of the rows
   */
  PlainModels(Map<String, double[]> dense, double[] features, double[][] rows) {
    this.dense = dense;
    this.features = features;
    this.rows = rows;
  }

  double dcn(int layers, int rank, boolean stacked, int hidden, boolean norm) {
    double[] x0 = joined(features, flat(rows[0].length));
    double[] x = x0;
    for (int l = 0; l < layers; l++) {
      x = cross("cross." + l, x0, x, rank);
    }
    double[] deep = tower(stacked ? x : x0, hidden, norm);
    return affine("logit", stacked ? deep : joined(x, deep))[0];
  }

  double deepFm(int hidden, boolean norm) {
    int width = rows[0].length - 1;
    double pairs = 0;
    for (int i = 0; i < rows.length; i++) {
      for (int j = i + 1; j < rows.length; j++) {
        for (int d = 0; d < width; d++) {
          pairs += rows[i][d] * rows[j][d];
        }
      }
    }
    return wideDeep(hidden, norm) + pairs;
  }

  double wideDeep(int hidden, boolean norm) {
    double wide = 0;
    for (double[] row : rows) {
      wide += row[row.length - 1];
    }
    if (features.length > 0) {
      wide += affine("wide", features)[0];
    }
    double[] deep = tower(joined(flat(rows[0].length - 1), features), hidden, norm);
    return wide + affine("deep." + hidden, deep)[0];
  }

  /** The first weights of all rows, one row after the other. */
  private double[] flat(int width) {
    var all = new double[rows.length * width];
    for (int r = 0; r < rows.length; r++) {
      System.arraycopy(rows[r], 0, all, r * width, width);
    }
    return all;
  }

  private static double[] joined(double[] first, double[] second) {
    var all = new double[first.length + second.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private double[] cross(String name, double[] x0, double[] x, int rank) {
    double[] low = rank == 0 ? x : times(dense.get(name + ".v"), x, rank);
    double[] product = times(dense.get(name + ".weight"), low, x.length);
    double[] bias = dense.get(name + ".bias");
    var y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = x0[i] * (product[i] + bias[i]) + x[i];
    }
    return y;
  }

  private double[] tower(double[] input, int hidden, boolean norm) {
    double[] x = input;
    for (int l = 0; l < hidden; l++) {
      x = affine("deep." + l, x);
      for (int i = 0; i < x.length; i++) {
        x[i] = x[i] > 0 ? x[i] : 0;
      }
      x = norm ? normalised("deep." + l + ".norm", x) : x;
    }
    return x;
  }

  private double[] normalised(String name, double[] x) {
    double sum = 0;
    double squares = 0;
    for (double value : x) {
      sum += value;
      squares += value * value;
    }
    double mean = sum / x.length;
    double deviation = Math.sqrt(squares / x.length - mean * mean + 1e-5f);
    var y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      double z = (x[i] - mean) / deviation;
      y[i] = z * dense.get(name + ".weight")[i] + dense.get(name + ".bias")[i];
    }
    return y;
  }

  private double[] affine(String name, double[] x) {
    double[] bias = dense.get(name + ".bias");
    double[] y = times(dense.get(name + ".weight"), x, bias.length);
    for (int i = 0; i < y.length; i++) {
      y[i] += bias[i];
    }
    return y;
  }

  /** A matrix of {@code out} rows times a vector. */
  private static double[] times(double[] matrix, double[] x, int out) {
    var y = new double[out];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < x.length; i++) {
        y[o] += matrix[o * x.length + i] * x[i];
      }
    }
    return y;
  }
}
