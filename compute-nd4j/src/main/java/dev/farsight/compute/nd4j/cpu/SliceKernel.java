package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.model.Op;
import java.util.Arrays;

/** Part of each vector of a sample, copied. */
final class SliceKernel implements Kernel {

  private final OpValues values;
  private final int features;
  private final int inputWidth;
  private final int from;
  private final int width;

  // Arrays by worker: a sample's input, its output, and one more as long as the input.
  private final float[][] wholes;
  private final float[][] slices;
  private final float[][] temporaries;

  SliceKernel(Op.Slice op, OpValues values, StepParts parts) {
    this.values = values;
    this.features = op.input().features();
    this.inputWidth = op.input().width();
    this.from = op.from();
    this.width = op.output().width();
    this.wholes = parts.arrays(op.input().size());
    this.slices = parts.arrays(op.output().size());
    this.temporaries = parts.arrays(op.input().size());
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    var input = values.input(0);
    var output = values.output();
    float[] whole = wholes[scratch.worker()];
    float[] slice = slices[scratch.worker()];
    int end = tile.from + tile.samples();
    for (int s = tile.from; s < end; s++) {
      input.floats().get(input.at(s), whole);
      for (int f = 0; f < features; f++) {
        System.arraycopy(whole, f * inputWidth + from, slice, f * width, width);
      }
      output.floats().put(output.at(s), slice);
    }
  }

  /** The elements outside the slice have no gradient from here: zeros. */
  @Override
  public void backward(Tile tile, Scratch scratch) {
    var gradient = values.gradient();
    var toInput = values.toInput(0);
    float[] whole = wholes[scratch.worker()];
    float[] slice = slices[scratch.worker()];
    Arrays.fill(whole, 0f);
    int end = tile.from + tile.samples();
    for (int s = tile.from; s < end; s++) {
      gradient.floats().get(gradient.at(s), slice);
      for (int f = 0; f < features; f++) {
        System.arraycopy(slice, f * width, whole, f * inputWidth + from, width);
      }
      int at = toInput.into().at(s);
      toInput.put(at, whole, whole.length, temporaries[scratch.worker()]);
    }
  }
}
