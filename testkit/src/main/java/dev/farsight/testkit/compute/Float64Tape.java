package dev.farsight.testkit.compute;

import dev.farsight.api.data.Batch;
import dev.farsight.api.model.Op;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Runs a tape one sample at a time in double precision, forward and backward, by the definitions of
 * the ops and nothing else.
 */
final class Float64Tape {

  private final Tape tape;
  private final Map<String, double[]> dense;
  private final Map<Long, double[]> rows;
  private final Float64Dropout dropout;

  /**
   * @param dense layers' {@code NAME.weight} and {@code NAME.bias}
   * @param rows by row id, weights first
   */
  Float64Tape(
      Tape tape, Map<String, double[]> dense, Map<Long, double[]> rows, Float64Dropout dropout) {
    this.tape = tape;
    this.dense = dense;
    this.rows = rows;
    this.dropout = dropout;
  }

  /** The values of all ops, by tensor id. */
  double[][] forward(Batch batch, int sample) {
    List<Op> ops = tape.ops();
    var values = new double[ops.size()][];
    for (Op op : ops) {
      values[op.output().id()] = forward(op, values, batch, sample);
    }
    return values;
  }

  private double[] forward(Op op, double[][] values, Batch batch, int sample) {
    var out = new double[op.output().size()];
    if (op instanceof Op.Dense) {
      for (int i = 0; i < out.length; i++) {
        out[i] = batch.dense().get(sample * out.length + i);
      }
    } else if (op instanceof Op.EmbeddingBag) {
      int dim = op.output().width();
      for (int f = 0; f < op.output().features(); f++) {
        double[] pooled = Float64Pooling.of(batch, f, sample, rows, dim).pooled();
        System.arraycopy(pooled, 0, out, f * dim, dim);
      }
    } else if (op instanceof Op.Linear linear) {
      double[] x = values[linear.input().id()];
      double[] weight = dense.get(linear.name() + ".weight");
      double[] bias = dense.get(linear.name() + ".bias");
      for (int o = 0; o < out.length; o++) {
        double sum = bias[o];
        for (int i = 0; i < x.length; i++) {
          sum += weight[o * x.length + i] * x[i];
        }
        out[o] = activated(linear.activation(), sum);
      }
    } else if (op instanceof Op.Pairwise pairwise) {
      double[][] v = vectors(pairwise, values);
      System.arraycopy(v[0], 0, out, 0, v[0].length);
      int at = v[0].length;
      for (int i = 0; i < v.length; i++) {
        for (int j = i + 1; j < v.length; j++) {
          for (int d = 0; d < v[i].length; d++) {
            out[at] += v[i][d] * v[j][d];
          }
          at++;
        }
      }
    } else if (op instanceof Op.Concat concat) {
      int at = 0;
      for (Tensor input : concat.inputs()) {
        System.arraycopy(values[input.id()], 0, out, at, input.size());
        at += input.size();
      }
    } else {
      double[][] inputs =
          op.inputs().stream().map(input -> values[input.id()]).toArray(double[][]::new);
      Float64Op.of(op, dense).forward(inputs, out, dropout.of(op, sample));
    }
    return out;
  }

  private static double activated(Activation activation, double x) {
    return switch (activation) {
      case NONE -> x;
      case RELU -> Math.max(x, 0);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case TANH -> Math.tanh(x);
    };
  }

  /** The derivative of an activation whose value is {@code y}. */
  private static double slope(Activation activation, double y) {
    return switch (activation) {
      case NONE -> 1;
      case RELU -> y > 0 ? 1 : 0;
      case SIGMOID -> y * (1 - y);
      case TANH -> 1 - y * y;
    };
  }

  /** Adds the gradients of a sample whose logit has gradient {@code logitGradient}. */
  void backward(
      Batch batch, int sample, double[][] values, double logitGradient, Float64Gradients sum) {
    List<Op> ops = tape.ops();
    var gradients = new double[ops.size()][];
    for (Op op : ops) {
      gradients[op.output().id()] = new double[op.output().size()];
    }
    gradients[tape.logits().id()][0] = logitGradient;
    for (int o = ops.size() - 1; o >= 0; o--) {
      backward(ops.get(o), values, gradients, batch, sample, sum);
    }
  }

  private void backward(
      Op op,
      double[][] values,
      double[][] gradients,
      Batch batch,
      int sample,
      Float64Gradients sum) {
    double[] g = gradients[op.output().id()];
    if (op instanceof Op.EmbeddingBag) {
      int dim = op.output().width();
      for (int f = 0; f < op.output().features(); f++) {
        double[] own = Arrays.copyOfRange(g, f * dim, (f + 1) * dim);
        Float64Pooling.of(batch, f, sample, rows, dim).addGradients(own, sum);
      }
    } else if (op instanceof Op.Linear linear) {
      double[] x = values[linear.input().id()];
      double[] dx = gradients[linear.input().id()];
      double[] y = values[op.output().id()];
      double[] weight = dense.get(linear.name() + ".weight");
      double[] weightSum = sum.dense().get(linear.name() + ".weight");
      double[] biasSum = sum.dense().get(linear.name() + ".bias");
      for (int o = 0; o < g.length; o++) {
        double pre = g[o] * slope(linear.activation(), y[o]);
        biasSum[o] += pre;
        for (int i = 0; i < x.length; i++) {
          weightSum[o * x.length + i] += pre * x[i];
          dx[i] += pre * weight[o * x.length + i];
        }
      }
    } else if (op instanceof Op.Pairwise pairwise) {
      double[][] v = vectors(pairwise, values);
      double[] dx = gradients[pairwise.x().id()];
      double[] dBag = gradients[pairwise.bag().id()];
      int dim = dx.length;
      for (int d = 0; d < dim; d++) {
        dx[d] += g[d];
      }
      int at = dim;
      for (int i = 0; i < v.length; i++) {
        for (int j = i + 1; j < v.length; j++) {
          for (int d = 0; d < dim; d++) {
            if (i == 0) {
              dx[d] += g[at] * v[j][d];
            } else {
              dBag[(i - 1) * dim + d] += g[at] * v[j][d];
            }
            dBag[(j - 1) * dim + d] += g[at] * v[i][d];
          }
          at++;
        }
      }
    } else if (op instanceof Op.Concat concat) {
      int at = 0;
      for (Tensor input : concat.inputs()) {
        double[] into = gradients[input.id()];
        for (int i = 0; i < into.length; i++) {
          into[i] += g[at++];
        }
      }
    } else if (!(op instanceof Op.Dense)) {
      double[][] inputs =
          op.inputs().stream().map(input -> values[input.id()]).toArray(double[][]::new);
      double[][] into =
          op.inputs().stream().map(input -> gradients[input.id()]).toArray(double[][]::new);
      Float64Op.of(op, dense).backward(inputs, g, into, sum.dense(), dropout.of(op, sample));
    }
  }

  /** v_0 is x, v_1 to v_F are the bag's. */
  private static double[][] vectors(Op.Pairwise pairwise, double[][] values) {
    int dim = pairwise.x().width();
    var vectors = new double[pairwise.bag().features() + 1][dim];
    vectors[0] = values[pairwise.x().id()];
    for (int f = 1; f < vectors.length; f++) {
      System.arraycopy(values[pairwise.bag().id()], (f - 1) * dim, vectors[f], 0, dim);
    }
    return vectors;
  }
}
