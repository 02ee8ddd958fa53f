package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.model.Op;
import java.util.Arrays;

/**
 * Layer normalisation of a sample's values. Means and variances are summed in double. Keeps the
 * mean and the inverse root of each sample for its backward pass; the gradients of weight and bias
 * are summed by tile, sample after sample.
 */
final class LayerNormKernel implements Kernel {

  private final OpValues values;
  private final float eps;
  private final DenseParameter weight;
  private final DenseParameter bias;
  private final Matrix weightByTile;
  private final Matrix biasByTile;

  /** [samples][2]: mean, and 1 / sqrt(variance + eps). */
  private final Matrix statistics;

  private final Room[] rooms;

  /** What one worker needs. */
  private static final class Room {

    final float[] x;
    final float[] g;
    final float[] temporary;
    final float[] weight;
    final float[] bias;
    final float[] weightGradient;
    final float[] biasGradient;

    Room(int n) {
      x = new float[n];
      g = new float[n];
      temporary = new float[n];
      weight = new float[n];
      bias = new float[n];
      weightGradient = new float[n];
      biasGradient = new float[n];
    }
  }

  LayerNormKernel(Op.LayerNorm op, OpValues values, StepParts parts) {
    this.values = values;
    this.eps = op.eps();
    this.weight = parts.parameters().get(op.name() + ".weight");
    this.bias = parts.parameters().get(op.name() + ".bias");
    this.weightByTile = parts.byTile(weight);
    this.biasByTile = parts.byTile(bias);
    this.statistics = parts.values(2);
    this.rooms = new Room[parts.workers()];
    for (int w = 0; w < rooms.length; w++) {
      rooms[w] = new Room(op.output().size());
    }
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    var room = rooms[scratch.worker()];
    var input = values.input(0);
    var output = values.output();
    weight.value().floats().get(0, room.weight);
    bias.value().floats().get(0, room.bias);
    int end = tile.from + tile.samples();
    for (int s = tile.from; s < end; s++) {
      input.floats().get(input.at(s), room.x);
      float mean = mean(room.x);
      float scale = (float) (1 / Math.sqrt(variance(room.x, mean) + eps));
      statistics.floats().put(statistics.at(s), mean).put(statistics.at(s) + 1, scale);
      normalise(room.x, mean, scale);
      for (int i = 0; i < room.x.length; i++) {
        room.x[i] = room.x[i] * room.weight[i] + room.bias[i];
      }
      output.floats().put(output.at(s), room.x);
    }
  }

  private static float mean(float[] x) {
    double sum = 0;
    for (float value : x) {
      sum += value;
    }
    return (float) (sum / x.length);
  }

  private static double variance(float[] x, float mean) {
    double squares = 0;
    for (float value : x) {
      double distance = value - mean;
      squares += distance * distance;
    }
    return squares / x.length;
  }

  private static void normalise(float[] x, float mean, float scale) {
    for (int i = 0; i < x.length; i++) {
      x[i] = (x[i] - mean) * scale;
    }
  }

  @Override
  public void backward(Tile tile, Scratch scratch) {
    var room = rooms[scratch.worker()];
    weight.value().floats().get(0, room.weight);
    Arrays.fill(room.weightGradient, 0f);
    Arrays.fill(room.biasGradient, 0f);
    int end = tile.from + tile.samples();
    for (int s = tile.from; s < end; s++) {
      backward(s, room);
    }
    weightByTile.floats().put(weightByTile.at(tile.index), room.weightGradient);
    biasByTile.floats().put(biasByTile.at(tile.index), room.biasGradient);
  }

  /**
   * With normal values y and p = g * weight, the input's gradient is {@code (p - mean(p) - y mean(p
   * y)) / sqrt(variance + eps)}.
   */
  private void backward(int sample, Room room) {
    var input = values.input(0);
    var gradient = values.gradient();
    float[] y = room.x;
    float[] g = room.g;
    float scale = statistics.floats().get(statistics.at(sample) + 1);
    input.floats().get(input.at(sample), y);
    gradient.floats().get(gradient.at(sample), g);
    normalise(y, statistics.floats().get(statistics.at(sample)), scale);
    for (int i = 0; i < g.length; i++) {
      room.weightGradient[i] += g[i] * y[i];
      room.biasGradient[i] += g[i];
      g[i] *= room.weight[i];
    }
    var toInput = values.toInput(0);
    if (toInput.wanted()) {
      float mean = mean(g);
      float product = meanProduct(g, y);
      for (int i = 0; i < g.length; i++) {
        g[i] = (g[i] - mean - y[i] * product) * scale;
      }
      toInput.put(toInput.into().at(sample), g, g.length, room.temporary);
    }
  }

  private static float meanProduct(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return (float) (sum / a.length);
  }
}
