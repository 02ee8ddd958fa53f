package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.model.Op;

/**
 * A cross layer, {@code x0 * (A x) + x}: A is one {@link Affine}, or two of low rank. Keeps A x and
 * its gradient for every sample, beside the output: the updates of the weights need them.
 */
final class CrossKernel implements Kernel {

  private final OpValues values;

  /** The first of low rank, x V^T; null for full rank. */
  private final Affine narrow;

  private final Affine wide;

  /** A x. */
  private final Value crossed;

  CrossKernel(Op.Cross op, OpValues values, StepParts parts) {
    this.values = values;
    this.crossed = value(op.output().size(), parts);
    var weight = parts.parameters().get(op.name() + ".weight");
    var bias = parts.parameters().get(op.name() + ".bias");
    var x = values.input(1);
    // The direct path, + x, has delivered to x before.
    var toX = new Sink(values.toInput(1).into(), false);
    if (op.rank() == 0) {
      this.narrow = null;
      this.wide = new Affine(weight, bias, x, toX, crossed, parts);
    } else {
      var middle = value(op.rank(), parts);
      var toMiddle = new Sink(middle.gradient(), true);
      var v = parts.parameters().get(op.name() + ".v");
      this.narrow = new Affine(v, null, x, toX, middle, parts);
      this.wide = new Affine(weight, bias, middle.output(), toMiddle, crossed, parts);
    }
  }

  private static Value value(int width, StepParts parts) {
    return new Value(parts.values(width), parts.gradients(width));
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    if (narrow != null) {
      narrow.forward(tile, scratch);
    }
    wide.forward(tile, scratch);
    var output = values.output();
    int from = output.at(tile.from);
    int end = from + output.at(tile.samples());
    float[] x0 = scratch.a();
    float[] x = scratch.b();
    float[] y = scratch.c();
    for (int at = from; at < end; at += Scratch.STRETCH) {
      int n = Math.min(Scratch.STRETCH, end - at);
      values.input(0).floats().get(at, x0, 0, n);
      values.input(1).floats().get(at, x, 0, n);
      crossed.output().floats().get(at, y, 0, n);
      for (int i = 0; i < n; i++) {
        y[i] = x0[i] * y[i] + x[i];
      }
      output.floats().put(at, y, 0, n);
    }
  }

  @Override
  public void backward(Tile tile, Scratch scratch) {
    var gradient = values.gradient();
    int from = gradient.at(tile.from);
    int end = from + gradient.at(tile.samples());
    for (int at = from; at < end; at += Scratch.STRETCH) {
      backward(at, Math.min(Scratch.STRETCH, end - at), scratch);
    }
    wide.backward(tile);
    if (narrow != null) {
      narrow.backward(tile);
    }
  }

  /** Gradients of x0, of A x, and of x directly, for {@code n} values from {@code at}. */
  private void backward(int at, int n, Scratch scratch) {
    float[] g = scratch.a();
    float[] product = scratch.b();
    values.gradient().floats().get(at, g, 0, n);
    if (values.toInput(0).wanted()) {
      crossed.output().floats().get(at, product, 0, n);
      multiply(product, g, n);
      values.toInput(0).put(at, product, n, scratch.c());
    }
    values.input(0).floats().get(at, product, 0, n);
    multiply(product, g, n);
    crossed.gradient().floats().put(at, product, 0, n);
    if (values.toInput(1).wanted()) {
      values.toInput(1).put(at, g, n, scratch.c());
    }
  }

  private static void multiply(float[] values, float[] factors, int count) {
    for (int i = 0; i < count; i++) {
      values[i] *= factors[i];
    }
  }
}
