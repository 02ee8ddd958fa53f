package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Gradient and update of some output units of a linear layer: {@code dW = dY^T X} over all samples
 * at once, so that there are no partial sums to add up, then the optimizer while dW is in cache.
 */
final class WeightUpdate implements Update {

  /** Output units of a share: more of them share less, fewer of them pack X more often. */
  private static final int UNITS = 128;

  private final OpenBlas blas;
  private final UpdateRule rule;
  private final Layer layer;
  private final int firstUnit;
  private final int units;
  private final FloatPointer x;
  private final FloatPointer dy;
  private final FloatPointer ones;
  private final Gradients[] gradients;

  /** Room for the gradients of a share, one for each worker. */
  private record Gradients(
      FloatPointer weight, FloatBuffer weights, FloatPointer bias, FloatBuffer biases) {

    static Gradients of(int width, NativeMemory memory) {
      var weight = memory.matrix(UNITS, width);
      var bias = memory.matrix(1, UNITS);
      return new Gradients(
          weight.pointer(0, 0), weight.floats(), bias.pointer(0, 0), bias.floats());
    }
  }

  private WeightUpdate(
      OpenBlas blas,
      UpdateRule rule,
      Layer layer,
      int firstUnit,
      Matrix input,
      Matrix gradient,
      FloatPointer ones,
      Gradients[] gradients) {
    this.blas = blas;
    this.rule = rule;
    this.layer = layer;
    this.firstUnit = firstUnit;
    this.units = Math.min(UNITS, layer.out() - firstUnit);
    this.x = input.pointer(0, 0);
    this.dy = gradient.pointer(0, firstUnit);
    this.ones = ones;
    this.gradients = gradients;
  }

  /** The shares of one layer. */
  static List<WeightUpdate> of(
      OpenBlas blas,
      UpdateRule rule,
      Layer layer,
      Matrix input,
      Matrix gradient,
      FloatPointer ones,
      int workers,
      NativeMemory memory) {
    var gradients = new Gradients[workers];
    for (int w = 0; w < workers; w++) {
      gradients[w] = Gradients.of(layer.in(), memory);
    }
    var shares = new ArrayList<WeightUpdate>();
    for (int unit = 0; unit < layer.out(); unit += UNITS) {
      shares.add(new WeightUpdate(blas, rule, layer, unit, input, gradient, ones, gradients));
    }
    return shares;
  }

  @Override
  public void run(StepInput input, Scratch scratch) {
    int samples = input.batch().samples();
    int in = layer.in();
    int out = layer.out();
    var own = gradients[scratch.worker()];
    blas.aTb(units, in, samples, dy, out, x, in, 0f, own.weight(), in);
    blas.aTx(samples, units, dy, out, ones, own.bias());
    float learningRate = input.learningRate();
    update(layer.weight(), firstUnit * in, own.weights(), units * in, learningRate, scratch);
    update(layer.bias(), firstUnit, own.biases(), units, learningRate, scratch);
  }

  private void update(
      DenseParameter parameter,
      int at,
      FloatBuffer gradient,
      int count,
      float learningRate,
      Scratch scratch) {
    var weights = parameter.value().floats();
    var states = parameter.state() == null ? null : parameter.state().floats();
    for (int done = 0; done < count; done += Scratch.STRETCH) {
      int n = Math.min(Scratch.STRETCH, count - done);
      weights.get(at + done, scratch.a(), 0, n);
      gradient.get(done, scratch.b(), 0, n);
      if (states != null) {
        states.get(at + done, scratch.c(), 0, n);
      }
      rule.dense(scratch.a(), scratch.c(), scratch.b(), n, learningRate);
      weights.put(at + done, scratch.a(), 0, n);
      if (states != null) {
        states.put(at + done, scratch.c(), 0, n);
      }
    }
  }

  @Override
  public long cost() {
    return (long) units * layer.in();
  }
}
