package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowWeights;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A model compiled for several ranks, with every row of its small tables in a slot of the rank that
 * it belongs to. Parameters and rows are drawn from a fixed seed, so that two rigs of a model are
 * equal whatever their ranks and slots. Whole batches are divided among the ranks. Owns backends
 * and collectives.
 */
final class ShardedRig implements AutoCloseable {

  /** Of what steps draw. */
  private static final long SEED = ComputeRig.SEED;

  private final BatchSchema schema;
  private final StepSpec spec;
  private final Tape tape;
  private final RowPlacement placement;
  private final long orderSeed;
  private final List<Collective> collectives;
  private final RankExecutor threads;
  private final List<RankOfRig> ranks;
  private final List<StepInput> inputs;
  private final HostBuffers wholeBatches = HostBuffers.plain();
  private long steps;

  /**
   * What a rig is made of.
   *
   * @param batchSize samples of a full batch of each rank
   * @param orderSeed of what has no meaning: the order of arrival and the numbers of owned rows
   */
  record Shape(
      Model model,
      BatchSchema schema,
      RowFormat format,
      int batchSize,
      OptimizerSpec optimizer,
      MaxNorms maxNorms,
      RowPlacement placement,
      long orderSeed) {}

  /**
   * @param opener opens the backend of a rank
   * @param collectives of the ranks
   */
  ShardedRig(Shape shape, IntFunction<ComputeBackend> opener, List<Collective> collectives) {
    this.schema = shape.schema();
    this.placement = shape.placement();
    this.orderSeed = shape.orderSeed();
    this.collectives = collectives;
    int maxUniqueRows = (int) schema.maxUniqueRows(shape.batchSize());
    spec =
        new StepSpec(
            schema,
            shape.batchSize(),
            maxUniqueRows,
            shape.format(),
            shape.optimizer(),
            shape.maxNorms(),
            SEED,
            NaiveExchange.shape(placement, schema, shape.batchSize()));
    tape = new Tape(schema, shape.format().dim());
    tape.finish(shape.model().logits(tape));
    threads = new RankExecutor(collectives);
    ranks =
        threads.call(
            rank ->
                new RankOfRig(
                    opener.apply(rank), rank, tape, spec, placement, collectives.get(rank)));
    inputs = newInputs();
    var random = new Random(20_260_101);
    Map<String, float[]> dense = drawDense(random);
    float[][] rows = drawRows(random);
    each(rank -> rank.writeDense(dense));
    writeRows(rows);
  }

  /** Something to do for a rank, on its thread. */
  private interface RankTask {
    void run(RankOfRig rank);
  }

  private void each(RankTask task) {
    threads.call(
        rank -> {
          task.run(ranks.get(rank));
          return null;
        });
  }

  /** State keeps its start values. */
  private Map<String, float[]> drawDense(Random random) {
    Map<String, float[]> dense = ranks.get(0).dense();
    for (DenseState.Parameter parameter : ranks.get(0).step.dense().parameters()) {
      float[] values = dense.get(parameter.name());
      for (int i = 0; i < values.length && !parameter.optimizerState(); i++) {
        values[i] = random.nextFloat() - .5f;
      }
    }
    return dense;
  }

  /** State, where there is some, starts at 0 in even rows and positive in odd ones. */
  private float[][] drawRows(Random random) {
    int dim = spec.format().dim();
    var rows = new float[placement.rows()][dim + spec.format().stateFloats()];
    for (int row = 0; row < rows.length; row++) {
      for (int i = 0; i < rows[row].length; i++) {
        rows[row][i] = i < dim ? random.nextFloat() - .5f : row % 2 * random.nextFloat();
      }
    }
    return rows;
  }

  /** Gives all rows these weights, and state after them. */
  void writeRows(float[][] rows) {
    each(rank -> rank.writeRows(rows));
  }

  int ranks() {
    return ranks.size();
  }

  /** Samples of a full batch of one rank. */
  int batchSize() {
    return spec.batchSize();
  }

  /** Whole batches of the rig's schema. */
  RandomBatches batches(long seed) {
    return new RandomBatches(schema, ranks.size() * spec.batchSize(), wholeBatches, seed);
  }

  /** An input for each rank. */
  List<StepInput> newInputs() {
    return threads.call(rank -> ranks.get(rank).newInput());
  }

  /** Divides a batch: the first {@code counts[0]} samples to rank 0, and so on. */
  private void fill(List<StepInput> into, Batch whole, int[] counts) {
    assertThat(IntStream.of(counts).sum()).isEqualTo(whole.samples());
    List<Batch> parts = new ArrayList<>();
    int first = 0;
    for (int rank = 0; rank < counts.length; rank++) {
      List<Integer> samples = IntStream.range(first, first + counts[rank]).boxed().toList();
      parts.add(BatchSelection.of(whole, samples, spec.batchSize(), ranks.get(rank).buffers));
      first += counts[rank];
    }
    NaiveExchange.fill(into, placement, parts, orderSeed + steps);
    threads.call(
        rank -> {
          ranks.get(rank).prepare(into.get(rank));
          return null;
        });
  }

  /** One step; returns its loss, which all ranks must agree about. */
  float train(Batch whole, float rowLearningRate, float denseLearningRate, int[] counts) {
    List<Ticket> tickets = trainInto(inputs, whole, rowLearningRate, denseLearningRate, counts);
    tickets.forEach(Ticket::await);
    return loss(inputs);
  }

  float train(Batch whole, float learningRate, int[] counts) {
    return train(whole, learningRate, learningRate, counts);
  }

  /** One step whose tickets the caller awaits. */
  List<Ticket> trainInto(
      List<StepInput> into,
      Batch whole,
      float rowLearningRate,
      float denseLearningRate,
      int[] counts) {
    fill(into, whole, counts);
    for (StepInput input : into) {
      input.learningRates(rowLearningRate, denseLearningRate);
      input.step(steps);
      input.updates(steps, steps);
      input.loss().put(0, -1);
    }
    steps++;
    return threads.call(rank -> ranks.get(rank).step.train(into.get(rank)));
  }

  /** The loss of a step that is done, which all ranks must agree about. */
  static float loss(List<StepInput> inputs) {
    float loss = inputs.get(0).loss().get(0);
    for (StepInput input : inputs) {
      assertThat(input.loss().get(0)).as("loss of another rank").isEqualTo(Float.valueOf(loss));
    }
    return loss;
  }

  /** The logits of all samples. */
  float[] evaluate(Batch whole, int[] counts) {
    fill(inputs, whole, counts);
    inputs.forEach(input -> input.loss().put(0, Float.NaN));
    threads.call(rank -> ranks.get(rank).step.evaluate(inputs.get(rank))).forEach(Ticket::await);
    var logits = FloatBuffer.allocate(whole.samples());
    for (int rank = 0; rank < counts.length; rank++) {
      var own = new float[counts[rank]];
      inputs.get(rank).logits().get(0, own);
      logits.put(own);
    }
    return logits.array();
  }

  /** The parts of the loss that the ranks' latest evaluations told, together. */
  float evaluationLoss() {
    float sum = 0;
    for (StepInput input : inputs) {
      sum += input.loss().get(0);
    }
    return sum;
  }

  /** How many weights the latest step saturated, each rank in its own slots. */
  int saturated() {
    return inputs.stream().mapToInt(input -> input.saturated().get(0)).sum();
  }

  void resume() {
    each(rank -> rank.step.resume());
  }

  /** Sets how many steps were trained before the next one. */
  void steps(long steps) {
    this.steps = steps;
  }

  /** The key of the latest step's rounding. */
  long stepKey() {
    return RowWeights.stepKey(SEED, steps - 1);
  }

  /** All rows by row id. Replicated rows must have the same bits on all ranks. */
  Map<Long, float[]> rows() {
    var rows = new TreeMap<Long, float[]>();
    List<Map<Long, float[]>> byRank = threads.call(rank -> ranks.get(rank).rows());
    if (placement.columns()) {
      return ColumnPieces.join(spec, byRank);
    }
    for (Map<Long, float[]> ofRank : byRank) {
      ofRank.forEach(
          (id, row) -> {
            float[] other = rows.putIfAbsent(id, row);
            if (other != null) {
              assertThat(row).as("replicated row " + id).isEqualTo(other);
            }
          });
    }
    assertThat(rows).hasSize(placement.rows());
    return rows;
  }

  /** Dense parameters and their state, which must have the same bits on all ranks. */
  Map<String, float[]> dense() {
    List<Map<String, float[]>> all = threads.call(rank -> ranks.get(rank).dense());
    var dense = new LinkedHashMap<>(all.get(0));
    for (Map<String, float[]> ofRank : all) {
      ofRank.forEach(
          (name, values) ->
              assertThat(values).as(name + " of another rank").isEqualTo(dense.get(name)));
    }
    return dense;
  }

  /** All that training changes, as one array: dense parameters, then rows by row id. */
  float[] everything() {
    List<float[]> all = new ArrayList<>(dense().values());
    all.addAll(rows().values());
    var buffer = FloatBuffer.allocate(all.stream().mapToInt(values -> values.length).sum());
    all.forEach(buffer::put);
    return buffer.array();
  }

  /** The reference, with the rig's present values: one rank with the whole batch. */
  Float64Step reference() {
    var reference = new Float64Step(tape, spec.optimizer(), spec.maxNorms(), SEED);
    reference.step(steps);
    dense().forEach((name, values) -> reference.dense().put(name, NaiveStep.widen(values)));
    rows().forEach((id, values) -> reference.rows().put(id, NaiveStep.widen(values)));
    return reference;
  }

  @Override
  public void close() {
    each(RankOfRig::close);
    threads.call(
        rank -> {
          collectives.get(rank).close();
          return null;
        });
    threads.close();
    wholeBatches.close();
  }
}
