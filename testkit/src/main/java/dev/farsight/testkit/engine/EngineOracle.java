package dev.farsight.testkit.engine;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.Parameter;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.InitialRows;
import dev.farsight.testkit.compute.StepInputs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The trainer without a cache: every row is resident from the start, row id r in slot r, and one
 * batch follows the other on the calling thread. What it computes, an engine must reproduce bit for
 * bit on the same kind of backend. For small tables: rings and slots hold all rows.
 *
 * @param model the model
 * @param dim width of embedding rows
 * @param batchSize samples a batch
 * @param epochs passes over the training part
 * @param maxSteps stop after so many steps; 0: no limit
 * @param optimizer how parameters are updated
 * @param learningRate of every step
 * @param seed of the rows' initial values
 * @param denseStart the dense parameters' initial values
 * @param maxNorms the largest norms of rows; null for none
 * @param resetRows whether rows are drawn anew at the start of every epoch but the first
 */
public record EngineOracle(
    Model model,
    int dim,
    int batchSize,
    int epochs,
    int maxSteps,
    OptimizerSpec optimizer,
    float learningRate,
    long seed,
    DenseStart denseStart,
    MaxNorms maxNorms,
    boolean resetRows) {

  /** Without largest norms of rows, which are drawn once. */
  public EngineOracle(
      Model model,
      int dim,
      int batchSize,
      int epochs,
      int maxSteps,
      OptimizerSpec optimizer,
      float learningRate,
      long seed,
      DenseStart denseStart) {
    this(
        model,
        dim,
        batchSize,
        epochs,
        maxSteps,
        optimizer,
        learningRate,
        seed,
        denseStart,
        null,
        false);
  }

  /** Writes the initial values of all dense parameters. */
  @FunctionalInterface
  public interface DenseStart {
    void fill(DenseState dense, List<Parameter> parameters);
  }

  /** What training must come to. */
  public static final class Outcome {

    private final float[] losses;
    private final float[][] rows;
    private final Map<String, float[]> dense;

    private Outcome(float[] losses, float[][] rows, Map<String, float[]> dense) {
      this.losses = losses;
      this.rows = rows;
      this.dense = dense;
    }

    /** Losses of the steps, in order. */
    public float[] losses() {
      return losses;
    }

    /** By row id, weights and state. */
    public float[][] rows() {
      return rows;
    }

    /** Parameters and their optimizer state, by name. */
    public Map<String, float[]> dense() {
      return dense;
    }
  }

  /** Trains on {@code data}; leaves backend and data open. */
  public Outcome train(ComputeBackend backend, DataSource data) {
    int rows = Math.toIntExact(data.schema().tables().rows());
    var format = optimizer.rows().rowFormat(dim);
    int unique = Math.toIntExact(data.schema().maxUniqueRows(batchSize));
    MaxNorms norms = maxNorms == null ? MaxNorms.none(data.schema().tables().size()) : maxNorms;
    var spec = new StepSpec(data.schema(), batchSize, unique, format, optimizer, norms, seed);
    var tape = new Tape(data.schema(), dim);
    tape.finish(model.logits(tape));
    try (HostBuffers buffers = backend.buffers();
        SlotMemory memory = backend.slots(format, rows, rows, rows);
        CompiledStep step = backend.compile(tape, spec, memory)) {
      denseStart.fill(step.dense(), tape.parameters());
      var initial = new InitialRows(data.schema().tables(), format, seed);
      load(memory, initial, buffers);
      RowReset rowReset = epoch -> load(memory, initial.ofGeneration(epoch), buffers);
      float[] losses = steps(step, spec, data, buffers, rowReset);
      return new Outcome(losses, rows(memory, buffers), read(step.dense()));
    }
  }

  /** Draws all rows anew. */
  @FunctionalInterface
  private interface RowReset {
    void begin(int epoch);
  }

  private float[] steps(
      CompiledStep step, StepSpec spec, DataSource data, HostBuffers buffers, RowReset rowReset) {
    var batch = new Batch(spec.schema(), batchSize, buffers);
    var input = new StepInput(spec.schema(), batchSize, spec.maxUniqueRows(), buffers);
    input.learningRates(learningRate, learningRate);
    List<Float> losses = new ArrayList<>();
    int rowsDrawn = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      if (epoch > 0 && resetRows) {
        rowReset.begin(epoch);
        rowsDrawn = losses.size();
      }
      try (BatchSource source = data.train(epoch)) {
        while ((maxSteps == 0 || losses.size() < maxSteps) && source.next(batch)) {
          StepInputs.fill(input, batch, Math::toIntExact);
          input.step(losses.size());
          input.updates(losses.size() - rowsDrawn, losses.size());
          step.train(input).await();
          losses.add(input.loss().get(0));
          if (!Float.isFinite(input.loss().get(0))) {
            throw new FarsightException("the loss of step " + losses.size() + " is not finite");
          }
        }
      }
    }
    var array = new float[losses.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = losses.get(i);
    }
    return array;
  }

  private static void load(SlotMemory memory, InitialRows initial, HostBuffers buffers) {
    var moves = new RowMoves(memory.slots(), buffers);
    for (int row = 0; row < memory.slots(); row++) {
      if (memory.in().seeds() != null) {
        memory.in().seeds().clear(row, 1);
      }
      initial.fill(row, memory.in().floats(row), memory.in().wordAt(row));
      moves.load(row);
    }
    memory.stage(0, memory.slots());
    memory.move(moves).await();
  }

  private static float[][] rows(SlotMemory memory, HostBuffers buffers) {
    var moves = new RowMoves(memory.slots(), buffers);
    for (int row = 0; row < memory.slots(); row++) {
      moves.evict(row);
    }
    memory.move(moves).await();
    RowBuffer out = memory.out();
    var rows = new float[memory.slots()][out.format().words()];
    for (int row = 0; row < rows.length; row++) {
      out.get(row, rows[row]);
    }
    return rows;
  }

  private static Map<String, float[]> read(DenseState dense) {
    var values = new LinkedHashMap<String, float[]>();
    for (int p = 0; p < dense.parameters().size(); p++) {
      var parameter = new float[dense.parameters().get(p).size()];
      dense.read(p, parameter);
      values.put(dense.parameters().get(p).name(), parameter);
    }
    return values;
  }
}
