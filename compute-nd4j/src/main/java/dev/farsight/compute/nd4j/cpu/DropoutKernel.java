package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.model.Op;
import dev.farsight.api.random.CounterRandom;
import dev.farsight.api.random.CounterRandom.Purpose;

/**
 * Dropout. What a training step drops is drawn in its forward pass and again in its backward pass,
 * so nothing is kept; without branches: about 2 ns a value. An evaluation copies.
 */
final class DropoutKernel implements Kernel {

  private final OpValues values;
  private final long seedKey;
  private final int op;
  private final int threshold;
  private final int keptFactor;
  private final int width;

  DropoutKernel(Op.Dropout op, OpValues values, StepParts parts) {
    this.values = values;
    this.seedKey = CounterRandom.key(parts.spec().seed(), Purpose.DROPOUT);
    this.op = op.output().id();
    this.threshold = op.threshold();
    this.keptFactor = Float.floatToRawIntBits(op.keptFactor());
    this.width = op.output().size();
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    var input = values.input(0);
    var output = values.output();
    if (tile.evaluation()) {
      int from = output.at(tile.from);
      output.floats().put(from, input.floats(), from, output.at(tile.samples()));
      return;
    }
    float[] x = scratch.a();
    int end = tile.from + tile.samples();
    for (int s = tile.from; s < end; s++) {
      long key = key(tile, s);
      for (int e = 0; e < width; e += Scratch.STRETCH) {
        int n = Math.min(Scratch.STRETCH, width - e);
        int at = output.at(s) + e;
        input.floats().get(at, x, 0, n);
        drop(x, key, e, n);
        output.floats().put(at, x, 0, n);
      }
    }
  }

  @Override
  public void backward(Tile tile, Scratch scratch) {
    var gradient = values.gradient();
    float[] g = scratch.a();
    int end = tile.from + tile.samples();
    for (int s = tile.from; s < end; s++) {
      long key = key(tile, s);
      for (int e = 0; e < width; e += Scratch.STRETCH) {
        int n = Math.min(Scratch.STRETCH, width - e);
        int at = gradient.at(s) + e;
        gradient.floats().get(at, g, 0, n);
        drop(g, key, e, n);
        values.toInput(0).put(at, g, n, scratch.b());
      }
    }
  }

  /** Samples are counted over all ranks, so that their number changes nothing. */
  private long key(Tile tile, int sample) {
    long stepKey = CounterRandom.key(seedKey, tile.input().step());
    long ofAll = tile.firstOfAll() + (sample - tile.from);
    return CounterRandom.key(CounterRandom.key(stepKey, op), ofAll);
  }

  /** Multiplies each of {@code n} values by 0 or the factor of those that are kept. */
  private void drop(float[] values, long key, int element, int n) {
    for (int i = 0; i < n; i++) {
      int dropped = ((CounterRandom.bits(key, element + i) >>> 8) - threshold) >> 31;
      values[i] *= Float.intBitsToFloat(keptFactor & ~dropped);
    }
  }
}
