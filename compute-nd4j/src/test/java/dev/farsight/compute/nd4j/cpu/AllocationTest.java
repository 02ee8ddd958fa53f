package dev.farsight.compute.nd4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.compute.SummedBags;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.SmallModel;
import dev.farsight.testkit.compute.StepInputs;
import dev.farsight.testkit.compute.TestOptimizer;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Steps, evaluations and moves allocate nothing, whatever the length of the batch. */
class AllocationTest {

  private static final int BATCH = 300;
  private static final int ROWS = 1000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final TableSet TABLES =
      new TableSet(List.of(new Table("a", ROWS), new Table("b", 3)));
  private static final MaxNorms NO_NORMS = MaxNorms.none(2);

  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  void nothingIsAllocatedAfterTheFirstSteps(TestOptimizer kind) {
    assertNothingIsAllocated(new BatchSchema(5, TABLES, true, false), kind, NO_NORMS);
  }

  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  void bagsAllocateNothing(TestOptimizer kind) {
    var features = new ArrayList<>(List.of(new Feature("one", 1)));
    for (Pooling pooling : Pooling.values()) {
      features.add(Feature.bag("bag " + pooling, 0, 9, pooling));
      if (pooling != Pooling.MAX) {
        features.add(Feature.bag("weighted " + pooling, 0, 5, pooling).withWeights());
      }
    }
    var schema = new BatchSchema(5, TABLES, features, Set.of(Column.LABEL));
    assertNothingIsAllocated(schema, kind, NO_NORMS);
    assertNothingIsAllocated(schema, kind, MaxNorms.of(.1f, .2f));
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  void halfRowsAllocateNothing(Precision precision) {
    var schema = new BatchSchema(5, TABLES, true, false);
    for (var kind : List.of(TestOptimizer.ROWWISE_ADAGRAD, TestOptimizer.ADAM)) {
      var format = new RowFormat(8, precision, kind.spec().rows().rowState(8));
      assertNothingIsAllocated(tape(schema), schema, format, kind, NO_NORMS);
      assertNothingIsAllocated(tape(schema), schema, format, kind, MaxNorms.of(.1f, .2f));
    }
  }

  /** Every op, forwards and backwards. */
  @ParameterizedTest
  @EnumSource(SmallModel.class)
  void opsAllocateNothing(SmallModel model) {
    var schema = new BatchSchema(5, TABLES, true, false);
    var tape = new Tape(schema, 8);
    tape.finish(model.logits(tape));
    var kind = TestOptimizer.ADAM;
    assertNothingIsAllocated(tape, schema, kind.rowFormat(8), kind, NO_NORMS);
  }

  private static void assertNothingIsAllocated(
      BatchSchema schema, TestOptimizer kind, MaxNorms norms) {
    assertNothingIsAllocated(tape(schema), schema, kind.rowFormat(8), kind, norms);
  }

  private static void assertNothingIsAllocated(
      Tape tape, BatchSchema schema, RowFormat format, TestOptimizer kind, MaxNorms norms) {
    var spec = new StepSpec(schema, BATCH, ROWS + 3, format, kind.spec(), norms, 1);
    // One thread: the caller's, whose allocation can be told from the others'.
    try (var backend = CpuBackends.open(1);
        var buffers = backend.buffers();
        var slots = backend.slots(format, ROWS + 3, ROWS, ROWS);
        var step = backend.compile(tape, spec, slots)) {
      StepInput[] inputs = {
        input(BATCH, spec, buffers), input(77, spec, buffers), input(1, spec, buffers)
      };
      var moves = new RowMoves(ROWS, buffers);
      for (int i = 0; i < ROWS / 2; i++) {
        moves.evict(i);
        moves.load(i);
        moves.forward(i, i + ROWS / 2);
      }
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 20; round++) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (var input : inputs) {
          slots.move(moves).await();
          step.train(input).await();
          step.evaluate(input).await();
        }
        least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).as("bytes allocated by three steps").isZero();
    }
  }

  /** A rank's own part; that of the collective is not counted. */
  @ParameterizedTest
  @CsvSource({
    "FP32, ADAM, false, false",
    "BF16, ADAM, false, false",
    "FP32, ADAM, true, false",
    "BF16, ROWWISE_ADAGRAD, true, false",
    "BF16, ADAM, false, true"
  })
  void sharedStepsAllocateNothing(
      Precision precision, TestOptimizer kind, boolean columns, boolean sums) {
    var schema = new BatchSchema(5, TABLES, true, false);
    var format = new RowFormat(8, precision, kind.spec().rows().rowState(8));
    int replicated = columns ? 0 : ROWS + 3;
    int all = ROWS + 3;
    var summed = new SummedBags(List.of(SummedBags.ALL_RANKS, 0), all, 2 * BATCH);
    var exchange =
        new ExchangeShape(2, all, all, all, replicated, columns, sums ? summed : SummedBags.none());
    var norms = MaxNorms.of(.1f, .2f);
    var spec = new StepSpec(schema, BATCH, ROWS + 3, format, kind.spec(), norms, 1, exchange);
    try (var backend = CpuBackends.open(1);
        var buffers = backend.buffers();
        var slots = backend.slots(spec.slotFormat(), ROWS + 3, 1, 1);
        var step = backend.compile(tape(schema), spec, slots, new FirstOfTwo())) {
      var batch = new RandomBatches(schema, BATCH, buffers, 5).next(BATCH);
      var input = new StepInput(schema, BATCH, ROWS + 3, exchange, buffers);
      input.learningRates(.01f, .01f);
      if (sums) {
        FirstOfTwo.fillSums(input, batch);
      } else {
        FirstOfTwo.fill(input, batch);
      }
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 20; round++) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        step.train(input).await();
        step.evaluate(input).await();
        least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(input.loss().get(0)).isFinite();
      assertThat(least).as("bytes allocated by a step and an evaluation").isZero();
    }
  }

  private static Tape tape(BatchSchema schema) {
    var tape = new Tape(schema, 8);
    var x = tape.linear("bottom", tape.dense(), 8, Activation.RELU);
    var bag = tape.embeddingBag();
    var pairs = tape.pairwise(x, bag);
    var hidden = tape.linear("top", tape.concat(pairs, bag, x), 12, Activation.RELU);
    return tape.finish(tape.linear("last", hidden, 1, Activation.NONE));
  }

  private static StepInput input(int samples, StepSpec spec, HostBuffers buffers) {
    var batch = new RandomBatches(spec.schema(), BATCH, buffers, 5).next(samples);
    var input = new StepInput(spec.schema(), BATCH, spec.maxUniqueRows(), buffers);
    input.learningRates(.01f, .01f);
    StepInputs.fill(input, batch, rowId -> (int) rowId);
    return input;
  }
}
