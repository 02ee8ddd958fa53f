package dev.farsight.compute.nd4j.cpu;

import java.util.Arrays;

/** The sum of all values of a sample, in their order and in double. */
final class SumKernel implements Kernel {

  private final OpValues values;
  private final float[][] rows;
  private final float[][] temporaries;

  SumKernel(OpValues values, StepParts parts) {
    this.values = values;
    this.rows = parts.arrays(values.input(0).width());
    this.temporaries = parts.arrays(values.input(0).width());
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    var input = values.input(0);
    float[] row = rows[scratch.worker()];
    int end = tile.from + tile.samples();
    for (int s = tile.from; s < end; s++) {
      input.floats().get(input.at(s), row);
      double sum = 0;
      for (float value : row) {
        sum += value;
      }
      values.output().floats().put(s, (float) sum);
    }
  }

  @Override
  public void backward(Tile tile, Scratch scratch) {
    var toInput = values.toInput(0);
    float[] row = rows[scratch.worker()];
    int end = tile.from + tile.samples();
    for (int s = tile.from; s < end; s++) {
      Arrays.fill(row, values.gradient().floats().get(s));
      toInput.put(toInput.into().at(s), row, row.length, temporaries[scratch.worker()]);
    }
  }
}
