package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.model.Tape;

/**
 * A step as two parallel loops, after a short one over unique rows where these have a largest norm.
 * The first takes a tile of samples through the whole tape, forward and backward, so that its
 * values stay in cache and threads need not meet between ops; the second, once all samples are
 * through and the loss is known to be finite, makes the gradients of parameters and updates them.
 * Done when the call returns. Allocates nothing.
 *
 * <p>A logit of an evaluation depends on its sample alone, see {@link EvaluationRows}. A training
 * step computes exactly its samples, so its products may round differently from an evaluation's.
 */
final class CpuStep implements CompiledStep {

  private final int batchSize;
  private final NativeMemory memory = new NativeMemory();
  private final Workers workers;
  private final Tiling tiling;
  private final Tile[] tiles;
  private final StepParts parts;
  private final RowScales scales;
  private final Kernel[] kernels;
  private final Kernel[] learning;
  private final Update[] updates;
  private final Value logits;
  private final Loss loss;
  private final Scratch[] scratch;
  private final Workers.Task scale = this::scale;
  private final Workers.Task trainTile = this::train;
  private final Workers.Task evaluateTile = this::evaluate;
  private final Workers.Task update = this::update;
  private StepInput input;

  /** Whether a loss was not finite, so that nothing is updated. */
  private boolean halted;

  CpuStep(Tape tape, StepSpec spec, CpuSlots slots, OpenBlas blas, Workers workers) {
    this.batchSize = spec.batchSize();
    this.workers = workers;
    this.scratch = Scratch.of(workers.threads());
    try {
      this.parts = new StepParts(tape, spec, slots, blas, workers.threads(), memory);
      var program = new StepCompiler(tape, parts).compile();
      this.tiling = parts.tiling();
      this.scales = parts.scales();
      this.kernels = program.kernels().toArray(Kernel[]::new);
      this.learning = program.learning().toArray(Kernel[]::new);
      this.updates = program.updates().toArray(Update[]::new);
      this.logits = program.logits();
    } catch (RuntimeException | Error e) {
      memory.close();
      throw e;
    }
    this.tiles = new Tile[tiling.tiles()];
    for (int t = 0; t < tiles.length; t++) {
      tiles[t] = new Tile(t, t * tiling.size());
    }
    this.loss = new Loss(logits, tiles.length);
  }

  @Override
  public Ticket train(StepInput input) {
    int count = fill(input, false);
    workers.run(scales.tasks(input), scale);
    workers.run(count, trainTile);
    float mean = loss.mean(count);
    input.loss().put(0, mean);
    halted |= !Float.isFinite(mean);
    parts.saturated().set(0);
    if (!halted) {
      parts.rules().begin(input);
      workers.run(updates.length, update);
    }
    input.saturated().put(0, parts.saturated().get());
    return Ticket.DONE;
  }

  @Override
  public Ticket evaluate(StepInput input) {
    int count = fill(input, true);
    workers.run(scales.tasks(input), scale);
    workers.run(count, evaluateTile);
    int samples = input.batch().samples();
    input.logits().put(0, logits.output().floats(), 0, samples);
    if (input.batch().schema().labelled()) {
      input.loss().put(0, loss.mean(count));
    }
    return Ticket.DONE;
  }

  @Override
  public void resume() {
    halted = false;
  }

  /**
   * Lays the batch out in tiles; returns how many it takes.
   *
   * @param evaluation whether it is not to be learnt from
   */
  private int fill(StepInput input, boolean evaluation) {
    int samples = input.batch().samples();
    if (samples < 1 || samples > batchSize) {
      throw new FarsightException("a step of " + samples + " samples, not 1 to " + batchSize);
    }
    this.input = input;
    loss.begin(input.batch());
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

  private void update(int index, int worker) {
    updates[index].run(input, scratch[worker]);
  }

  @Override
  public DenseState dense() {
    return parts.parameters();
  }

  @Override
  public long deviceBytes() {
    return memory.allocated();
  }

  @Override
  public void close() {
    memory.close();
  }
}
