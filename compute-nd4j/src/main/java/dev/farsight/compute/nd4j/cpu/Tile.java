package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;

/**
 * A tile of the current batch: samples [from, from + samples). One object for each position,
 * refilled every step.
 */
final class Tile {

  final int index;
  final int from;
  private int samples;
  private boolean evaluation;
  private StepInput input;

  Tile(int index, int from) {
    this.index = index;
    this.from = from;
  }

  /**
   * @param size samples of a full tile
   */
  void fill(StepInput input, int size, boolean evaluation) {
    this.input = input;
    this.evaluation = evaluation;
    samples = Math.min(size, input.batch().samples() - from);
  }

  /** Whether the tile is one of an evaluation. */
  boolean evaluation() {
    return evaluation;
  }

  /** Number of the tile's first sample among those of all ranks. */
  long firstOfAll() {
    return from + (input.exchange() == null ? 0 : input.exchange().firstSample());
  }

  int samples() {
    return samples;
  }

  StepInput input() {
    return input;
  }
}
