package dev.farsight.testkit.compute;

import dev.farsight.api.model.Op;
import java.util.Map;

/** Ops between values of one sample, by their definitions. */
interface Float64Op {

  /**
   * @param out at first zeros
   * @param factors of a dropout's elements; null if nothing is dropped
   */
  void forward(double[][] inputs, double[] out, double[] factors);

  /**
   * Adds to the gradients of the inputs, and of parameters.
   *
   * @param g of the output
   */
  void backward(
      double[][] inputs,
      double[] g,
      double[][] into,
      Map<String, double[]> parameters,
      double[] factors);

  /**
   * @param dense parameters by name
   */
  static Float64Op of(Op op, Map<String, double[]> dense) {
    if (op instanceof Op.Slice slice) {
      return new Slice(slice);
    } else if (op instanceof Op.Add) {
      return new Add();
    } else if (op instanceof Op.Multiply) {
      return new Multiply();
    } else if (op instanceof Op.Sum) {
      return new Sum();
    } else if (op instanceof Op.Cross cross) {
      return new Cross(cross, dense);
    } else if (op instanceof Op.FactorizationMachine machine) {
      return new Machine(machine);
    } else if (op instanceof Op.LayerNorm norm) {
      return new Norm(norm, dense);
    } else if (op instanceof Op.Dropout) {
      return new Drop();
    }
    throw new IllegalArgumentException("unknown op " + op);
  }

  /** Elements of each vector. */
  record Slice(Op.Slice op) implements Float64Op {

    @Override
    public void forward(double[][] inputs, double[] out, double[] factors) {
      for (int i = 0; i < out.length; i++) {
        out[i] = inputs[0][source(i)];
      }
    }

    @Override
    public void backward(
        double[][] inputs,
        double[] g,
        double[][] into,
        Map<String, double[]> parameters,
        double[] factors) {
      for (int i = 0; i < g.length; i++) {
        into[0][source(i)] += g[i];
      }
    }

    private int source(int i) {
      int width = op.output().width();
      return i / width * op.input().width() + op.from() + i % width;
    }
  }

  /** Sum of values of one shape. */
  record Add() implements Float64Op {

    @Override
    public void forward(double[][] inputs, double[] out, double[] factors) {
      for (double[] input : inputs) {
        for (int i = 0; i < out.length; i++) {
          out[i] += input[i];
        }
      }
    }

    @Override
    public void backward(
        double[][] inputs,
        double[] g,
        double[][] into,
        Map<String, double[]> parameters,
        double[] factors) {
      for (double[] one : into) {
        for (int i = 0; i < g.length; i++) {
          one[i] += g[i];
        }
      }
    }
  }

  /** Product of two values. */
  record Multiply() implements Float64Op {

    @Override
    public void forward(double[][] inputs, double[] out, double[] factors) {
      for (int i = 0; i < out.length; i++) {
        out[i] = inputs[0][i] * inputs[1][i];
      }
    }

    @Override
    public void backward(
        double[][] inputs,
        double[] g,
        double[][] into,
        Map<String, double[]> parameters,
        double[] factors) {
      for (int i = 0; i < g.length; i++) {
        into[0][i] += g[i] * inputs[1][i];
        into[1][i] += g[i] * inputs[0][i];
      }
    }
  }

  /** Sum of all values. */
  record Sum() implements Float64Op {

    @Override
    public void forward(double[][] inputs, double[] out, double[] factors) {
      for (double value : inputs[0]) {
        out[0] += value;
      }
    }

    @Override
    public void backward(
        double[][] inputs,
        double[] g,
        double[][] into,
        Map<String, double[]> parameters,
        double[] factors) {
      for (int i = 0; i < into[0].length; i++) {
        into[0][i] += g[0];
      }
    }
  }

  /** DCN v2's layer: the matrix is W V where the rank is low. */
  record Cross(Op.Cross op, Map<String, double[]> dense) implements Float64Op {

    @Override
    public void forward(double[][] inputs, double[] out, double[] factors) {
      double[] crossed = crossed(inputs[1]);
      for (int i = 0; i < out.length; i++) {
        out[i] = inputs[0][i] * crossed[i] + inputs[1][i];
      }
    }

    /** What x0 is multiplied with. */
    private double[] crossed(double[] x) {
      double[] middle = op.rank() == 0 ? x : times(".v", x, op.rank());
      double[] crossed = times(".weight", middle, x.length);
      for (int i = 0; i < x.length; i++) {
        crossed[i] += dense.get(op.name() + ".bias")[i];
      }
      return crossed;
    }

    private double[] times(String matrix, double[] x, int rows) {
      double[] values = dense.get(op.name() + matrix);
      var product = new double[rows];
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < x.length; c++) {
          product[r] += values[r * x.length + c] * x[c];
        }
      }
      return product;
    }

    @Override
    public void backward(
        double[][] inputs,
        double[] g,
        double[][] into,
        Map<String, double[]> parameters,
        double[] factors) {
      double[] x = inputs[1];
      double[] crossed = crossed(x);
      var dCrossed = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        into[0][i] += g[i] * crossed[i];
        into[1][i] += g[i];
        dCrossed[i] = g[i] * inputs[0][i];
        parameters.get(op.name() + ".bias")[i] += dCrossed[i];
      }
      if (op.rank() == 0) {
        back(".weight", x, dCrossed, into[1], parameters);
      } else {
        var dMiddle = new double[op.rank()];
        back(".weight", times(".v", x, op.rank()), dCrossed, dMiddle, parameters);
        back(".v", x, dMiddle, into[1], parameters);
      }
    }

    /** Adds the gradients of a matrix and of what it was multiplied with. */
    private void back(
        String matrix,
        double[] x,
        double[] dProduct,
        double[] dx,
        Map<String, double[]> parameters) {
      double[] values = dense.get(op.name() + matrix);
      double[] gradient = parameters.get(op.name() + matrix);
      for (int r = 0; r < dProduct.length; r++) {
        for (int c = 0; c < x.length; c++) {
          gradient[r * x.length + c] += dProduct[r] * x[c];
          dx[c] += dProduct[r] * values[r * x.length + c];
        }
      }
    }
  }

  /** All pairs of vectors, multiplied element by element. */
  record Machine(Op.FactorizationMachine op) implements Float64Op {

    @Override
    public void forward(double[][] inputs, double[] out, double[] factors) {
      int width = out.length;
      for (int i = 0; i < op.input().features(); i++) {
        for (int j = i + 1; j < op.input().features(); j++) {
          for (int d = 0; d < width; d++) {
            out[d] += inputs[0][i * width + d] * inputs[0][j * width + d];
          }
        }
      }
    }

    @Override
    public void backward(
        double[][] inputs,
        double[] g,
        double[][] into,
        Map<String, double[]> parameters,
        double[] factors) {
      int width = g.length;
      for (int i = 0; i < op.input().features(); i++) {
        for (int j = 0; j < op.input().features(); j++) {
          for (int d = 0; d < width && i != j; d++) {
            into[0][i * width + d] += g[d] * inputs[0][j * width + d];
          }
        }
      }
    }
  }

  /** Layer normalisation. */
  record Norm(Op.LayerNorm op, Map<String, double[]> dense) implements Float64Op {

    @Override
    public void forward(double[][] inputs, double[] out, double[] factors) {
      double[] normal = normal(inputs[0]);
      for (int i = 0; i < out.length; i++) {
        out[i] = normal[i] * dense.get(op.name() + ".weight")[i];
        out[i] += dense.get(op.name() + ".bias")[i];
      }
    }

    private static double mean(double[] x) {
      double sum = 0;
      for (double value : x) {
        sum += value;
      }
      return sum / x.length;
    }

    private double root(double[] x) {
      double mean = mean(x);
      double squares = 0;
      for (double value : x) {
        squares += (value - mean) * (value - mean);
      }
      return Math.sqrt(squares / x.length + op.eps());
    }

    private double[] normal(double[] x) {
      double mean = mean(x);
      double root = root(x);
      var normal = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        normal[i] = (x[i] - mean) / root;
      }
      return normal;
    }

    @Override
    public void backward(
        double[][] inputs,
        double[] g,
        double[][] into,
        Map<String, double[]> parameters,
        double[] factors) {
      double[] normal = normal(inputs[0]);
      int n = normal.length;
      double sum = 0;
      double product = 0;
      var scaled = new double[n];
      for (int i = 0; i < n; i++) {
        parameters.get(op.name() + ".weight")[i] += g[i] * normal[i];
        parameters.get(op.name() + ".bias")[i] += g[i];
        scaled[i] = g[i] * dense.get(op.name() + ".weight")[i];
        sum += scaled[i];
        product += scaled[i] * normal[i];
      }
      double root = root(inputs[0]);
      for (int i = 0; i < n; i++) {
        into[0][i] += (scaled[i] - sum / n - normal[i] * product / n) / root;
      }
    }
  }

  /** Dropout. */
  record Drop() implements Float64Op {

    @Override
    public void forward(double[][] inputs, double[] out, double[] factors) {
      for (int i = 0; i < out.length; i++) {
        out[i] = inputs[0][i] * (factors == null ? 1 : factors[i]);
      }
    }

    @Override
    public void backward(
        double[][] inputs,
        double[] g,
        double[][] into,
        Map<String, double[]> parameters,
        double[] factors) {
      for (int i = 0; i < g.length; i++) {
        into[0][i] += g[i] * (factors == null ? 1 : factors[i]);
      }
    }
  }
}
