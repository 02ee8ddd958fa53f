package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;

/**
 * A tile of the batch in hand: samples [from, from + samples). One object for each position,
 * refilled every step.
 */
final class Tile {

  final int index;
  final int from;
  private int samples;
  private StepInput input;

  Tile(int index, int from) {
    this.index = index;
    this.from = from;
  }

  void fill(StepInput input, int samples) {
    this.input = input;
    this.samples = samples;
  }

  int samples() {
    return samples;
  }

  StepInput input() {
    return input;
  }
}
