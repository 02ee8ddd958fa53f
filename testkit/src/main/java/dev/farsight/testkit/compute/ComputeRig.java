package dev.farsight.testkit.compute;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.FoundRows;
import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.RowFinder;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowGroups;
import dev.farsight.api.table.RowWeights;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A model compiled on a backend, with every row of its small tables in a slot and {@value
 * #SPARE_SLOTS} slots free. Parameters and rows are drawn from a fixed seed, so that two rigs of a
 * model are equal whatever their slots and threads. Owns the backend.
 */
public final class ComputeRig implements AutoCloseable {

  /** Slot = row id; any other number is the seed of a random order. */
  public static final long IN_ORDER = 0;

  static final int SPARE_SLOTS = 9;

  /** Of what steps draw. */
  static final long SEED = 77;

  final ComputeBackend backend;
  final HostBuffers buffers;
  final SlotMemory memory;
  final CompiledStep step;
  final Tape tape;
  private final BatchSchema schema;
  private final StepSpec spec;
  private final StepInput input;
  private final RowFinder finder;
  private final IdentityHashMap<StepInput, FoundRows> found = new IdentityHashMap<>();
  private final RingRows ringRows;
  private final RowMoves moves;
  private final int[] slots;
  private long steps;

  /** Of rows and dense parameters; null if as many as steps. */
  private long[] updates;

  /**
   * @param dim weights of a row
   * @param slotOrder {@link #IN_ORDER}, or the seed of a random order of slots
   */
  public ComputeRig(
      ComputeBackend backend,
      Model model,
      BatchSchema schema,
      int dim,
      int batchSize,
      OptimizerSpec optimizer,
      long slotOrder) {
    this(
        backend,
        model,
        schema,
        dim,
        batchSize,
        optimizer,
        MaxNorms.none(schema.tables().size()),
        slotOrder);
  }

  ComputeRig(
      ComputeBackend backend,
      Model model,
      BatchSchema schema,
      int dim,
      int batchSize,
      OptimizerSpec optimizer,
      MaxNorms maxNorms,
      long slotOrder) {
    this(
        backend,
        model,
        schema,
        optimizer.rows().rowFormat(dim),
        batchSize,
        optimizer,
        maxNorms,
        slotOrder);
  }

  ComputeRig(
      ComputeBackend backend,
      Model model,
      BatchSchema schema,
      RowFormat format,
      int batchSize,
      OptimizerSpec optimizer,
      MaxNorms maxNorms,
      long slotOrder) {
    this.backend = backend;
    this.schema = schema;
    int rows = (int) schema.tables().rows();
    int maxUniqueRows = (int) schema.maxUniqueRows(batchSize);
    spec = new StepSpec(schema, batchSize, maxUniqueRows, format, optimizer, maxNorms, SEED);
    ringRows = new RingRows(format);
    buffers = backend.buffers();
    memory = backend.slots(format, rows + SPARE_SLOTS, rows, rows);
    tape = new Tape(schema, format.dim());
    tape.finish(model.logits(tape));
    step = backend.compile(tape, spec, memory);
    finder = step.rowFinder(RowGroups.one(schema.tables()));
    input = newInput();
    moves = new RowMoves(rows, buffers);
    slots = order(rows + SPARE_SLOTS, slotOrder);
    var random = new Random(20_260_101);
    drawDense(random);
    drawRows(random);
  }

  private static int[] order(int slots, long seed) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < slots; i++) {
      order.add(i);
    }
    if (seed != IN_ORDER) {
      Collections.shuffle(order, new Random(seed));
    }
    return order.stream().mapToInt(i -> i).toArray();
  }

  private void drawDense(Random random) {
    List<DenseState.Parameter> parameters = step.dense().parameters();
    for (int p = 0; p < parameters.size(); p++) {
      if (!parameters.get(p).optimizerState()) {
        var values = new float[parameters.get(p).size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = random.nextFloat() - .5f;
        }
        step.dense().write(p, values);
      }
    }
  }

  /** State, where there is some, starts at 0 in even rows and positive in odd ones. */
  private void drawRows(Random random) {
    moves.clear();
    moves.inFrom(0);
    int dim = spec.format().dim();
    var values = new float[dim + spec.format().stateFloats()];
    for (int row = 0; row < rowCount(); row++) {
      for (int d = 0; d < dim; d++) {
        values[d] = random.nextFloat() - .5f;
      }
      for (int s = dim; s < values.length; s++) {
        values[s] = row % 2 * random.nextFloat();
      }
      ringRows.put(memory.in(), row, values);
      moves.load(slots[row]);
    }
    memory.stage(0, rowCount());
    memory.move(moves).await();
  }

  /** Gives a row these weights, and state after them if there is some. */
  void writeRow(long rowId, float... values) {
    moves.clear();
    moves.inFrom(0);
    ringRows.put(memory.in(), 0, Arrays.copyOf(values, ringRows.floats()));
    moves.load(slots[(int) rowId]);
    memory.stage(0, 1);
    memory.move(moves).await();
  }

  /** Gives dense parameters and their state these values, by name. */
  void writeDense(Map<String, float[]> values) {
    List<DenseState.Parameter> parameters = step.dense().parameters();
    for (int p = 0; p < parameters.size(); p++) {
      step.dense().write(p, values.get(parameters.get(p).name()));
    }
  }

  int rowCount() {
    return (int) schema.tables().rows();
  }

  /** Batches of the rig's schema and size. */
  public RandomBatches batches(long seed) {
    return new RandomBatches(schema, spec.batchSize(), buffers, seed);
  }

  StepInput newInput() {
    var input = new StepInput(schema, spec.batchSize(), spec.maxUniqueRows(), buffers);
    if (finder != null) {
      found.put(input, finder.room());
    }
    return input;
  }

  int batchSize() {
    return spec.batchSize();
  }

  /** A new batch of some samples of another, in this order. */
  public Batch select(Batch from, List<Integer> samples) {
    return BatchSelection.of(from, samples, spec.batchSize(), buffers);
  }

  int slotOf(long rowId) {
    return slots[(int) rowId];
  }

  /** One step; returns its loss. */
  public float train(Batch batch, float learningRate) {
    return train(batch, learningRate, learningRate);
  }

  /** One step with a learning rate each for rows and dense parameters; returns its loss. */
  float train(Batch batch, float rowLearningRate, float denseLearningRate) {
    fill(input, batch);
    input.learningRates(rowLearningRate, denseLearningRate);
    count(input);
    step.train(input).await();
    return input.loss().get(0);
  }

  /** One step whose ticket the caller awaits. */
  Ticket trainInto(StepInput into, Batch batch, float learningRate) {
    fill(into, batch);
    into.learningRates(learningRate, learningRate);
    count(into);
    return step.train(into);
  }

  /** How many weights the latest step brought to the largest number of 16 bits. */
  int saturated() {
    return input.saturated().get(0);
  }

  /** Sets how many steps were trained before the next one. */
  void steps(long steps) {
    this.steps = steps;
  }

  /** Sets how many updates the optimizers made before the next step only. */
  void updates(long rows, long dense) {
    updates = new long[] {rows, dense};
  }

  /** The key of the latest step's rounding. */
  long stepKey() {
    return RowWeights.stepKey(SEED, steps - 1);
  }

  private void count(StepInput into) {
    into.step(steps);
    into.updates(updates == null ? steps : updates[0], updates == null ? steps : updates[1]);
    updates = null;
    steps++;
  }

  private void fill(StepInput into, Batch batch) {
    StepInputs.fill(into, batch, this::slotOf);
    if (step.ordersLookups()) {
      StepInputs.spoilOrder(into);
    }
    if (finder != null) {
      StepInputs.spoilUniqueOf(into);
      into.foundRows(found.get(into));
      finder.find(batch, into.foundRows()).await();
    }
  }

  /** The batch's logits. */
  public float[] evaluate(Batch batch) {
    fill(input, batch);
    input.loss().put(0, Float.NaN);
    step.evaluate(input).await();
    var logits = new float[batch.samples()];
    input.logits().get(0, logits);
    return logits;
  }

  /** The loss that the latest step or evaluation told. */
  public float loss() {
    return input.loss().get(0);
  }

  /**
   * Evicts a row and brings it back in spare slot {@code slotOf(rowCount() + spare)}, which trades
   * places with its own: forwarded from the out-ring, or loaded from the in-ring.
   */
  void relocate(long rowId, int spare, boolean forwarded) {
    int from = slots[(int) rowId];
    int to = slots[rowCount() + spare];
    RowBuffer out = memory.out();
    int ringRow = (int) rowId;
    moves.clear();
    moves.outFrom(ringRow);
    moves.evict(from);
    if (forwarded) {
      moves.forward(ringRow, to);
      memory.move(moves).await();
    } else {
      memory.move(moves).await();
      out.copyRow(ringRow, memory.in(), ringRow);
      moves.clear();
      moves.inFrom(ringRow);
      moves.load(to);
      memory.move(moves).await();
    }
    slots[(int) rowId] = to;
    slots[rowCount() + spare] = from;
  }

  /** All rows by row id, weights and state, read through the out-ring. */
  public Map<Long, float[]> rows() {
    moves.clear();
    moves.outFrom(0);
    for (int row = 0; row < rowCount(); row++) {
      moves.evict(slots[row]);
    }
    memory.move(moves).await();
    var rows = new TreeMap<Long, float[]>();
    for (int row = 0; row < rowCount(); row++) {
      rows.put((long) row, ringRows.get(memory.out(), row));
    }
    return rows;
  }

  /** Dense parameters and their state by name. */
  public Map<String, float[]> dense() {
    var dense = new LinkedHashMap<String, float[]>();
    List<DenseState.Parameter> parameters = step.dense().parameters();
    for (int p = 0; p < parameters.size(); p++) {
      var values = new float[parameters.get(p).size()];
      step.dense().read(p, values);
      dense.put(parameters.get(p).name(), values);
    }
    return dense;
  }

  /** All that training changes, as one array: dense parameters, then rows by row id. */
  float[] everything() {
    var all = new ArrayList<float[]>(dense().values());
    all.addAll(rows().values());
    var buffer = FloatBuffer.allocate(all.stream().mapToInt(values -> values.length).sum());
    all.forEach(buffer::put);
    return buffer.array();
  }

  /** The reference, with the rig's present values. */
  public Float64Step reference() {
    var reference = new Float64Step(tape, spec.optimizer(), spec.maxNorms(), SEED);
    reference.step(steps);
    dense().forEach((name, values) -> reference.dense().put(name, NaiveStep.widen(values)));
    rows().forEach((id, values) -> reference.rows().put(id, NaiveStep.widen(values)));
    return reference;
  }

  @Override
  public void close() {
    if (finder != null) {
      finder.close();
    }
    step.close();
    memory.close();
    buffers.close();
    backend.close();
  }
}
