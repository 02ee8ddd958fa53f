package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.concurrent.Workers;

/**
 * The part of a step that goes over samples: a parallel loop that takes a tile of them through the
 * whole tape, forward and backward, so that its values stay in cache and threads need not meet
 * between ops; before it, a short one over unique rows where these have a largest norm. Allocates
 * nothing.
 *
 * <p>A logit of an evaluation depends on its sample alone, see {@link EvaluationRows}. A training
 * step computes exactly its samples, so its products may round differently from an evaluation's.
 */
final class SamplePass {

  private final int batchSize;
  private final int fewest;
  private final Workers workers;
  private final Tiling tiling;
  private final Tile[] tiles;
  private final RowScales scales;
  private final Kernel[] kernels;
  private final Kernel[] learning;
  private final Value logits;
  private final Loss loss;
  private final Scratch[] scratch;
  private final Workers.Task scale = this::scale;
  private final Workers.Task trainTile = this::train;
  private final Workers.Task evaluateTile = this::evaluate;
  private StepInput input;

  /**
   * @param scratch by worker
   */
  SamplePass(StepParts parts, StepCompiler.Program program, Workers workers, Scratch[] scratch) {
    this.batchSize = parts.spec().batchSize();
    this.fewest = parts.spec().exchange() == null ? 1 : 0;
    this.workers = workers;
    this.scratch = scratch;
    this.tiling = parts.tiling();
    this.scales = parts.scales();
    this.kernels = program.kernels().toArray(Kernel[]::new);
    this.learning = program.learning().toArray(Kernel[]::new);
    this.logits = program.logits();
    this.tiles = new Tile[tiling.tiles()];
    for (int t = 0; t < tiles.length; t++) {
      tiles[t] = new Tile(t, t * tiling.size());
    }
    this.loss = new Loss(logits, tiles.length);
  }

  /**
   * Forward, loss and the gradients of activations.
   *
   * @return the mean loss; with several ranks, this one's part of it
   */
  float train(StepInput input) {
    int count = fill(input, false);
    workers.run(scales.tasks(input), scale);
    workers.run(count, trainTile);
    return loss.mean(count);
  }

  /** Forward; tells logits and loss to the input. */
  void evaluate(StepInput input) {
    int count = fill(input, true);
    workers.run(scales.tasks(input), scale);
    workers.run(count, evaluateTile);
    int samples = input.batch().samples();
    input.logits().put(0, logits.output().floats(), 0, samples);
    if (input.batch().schema().labelled()) {
      input.loss().put(0, loss.mean(count));
    }
  }

  /**
   * Lays the batch out in tiles; returns how many it takes.
   *
   * @param evaluation whether it is not to be learnt from
   */
  private int fill(StepInput input, boolean evaluation) {
    int samples = input.batch().samples();
    if (samples < fewest || samples > batchSize) {
      throw new FarsightException(
          "a step of " + samples + " samples, not " + fewest + " to " + batchSize);
    }
    this.input = input;
    loss.begin(input);
    int count = tiling.tiles(samples);
    for (int t = 0; t < count; t++) {
      tiles[t].fill(input, tiling.size(), evaluation);
    }
    return count;
  }

  private void scale(int task, int worker) {
    scales.make(input, task, scratch[worker]);
  }

  private void train(int index, int worker) {
    var tile = tiles[index];
    var own = scratch[worker];
    for (Kernel kernel : kernels) {
      kernel.forward(tile, own);
    }
    loss.forward(tile);
    loss.backward(tile);
    for (int k = learning.length - 1; k >= 0; k--) {
      learning[k].backward(tile, own);
    }
  }

  private void evaluate(int index, int worker) {
    var tile = tiles[index];
    for (Kernel kernel : kernels) {
      kernel.forward(tile, scratch[worker]);
    }
    if (input.batch().schema().labelled()) {
      loss.forward(tile);
    }
  }
}
