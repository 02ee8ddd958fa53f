package dev.farsight.compute.nd4j.cpu;

import static dev.farsight.api.model.Op.Activation.SIGMOID;
import static dev.farsight.api.model.Op.Activation.TANH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.RowWeights;
import dev.farsight.testkit.compute.Float64Step;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.StepInputs;
import dev.farsight.testkit.compute.TestOptimizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Layers and crosses wide enough to be updated in several shares, batches long enough for several
 * tiles: the float64 reference is followed, with the same bits for any number of threads.
 */
class WideModelTest {

  private static final int DIM = 16;
  private static final int BATCH = 600;
  private static final int[] LENGTHS = {BATCH, 333, 1, BATCH - 1};
  private static final float LEARNING_RATE = .05f;
  private static final long SEED = 31;

  private final BatchSchema schema = RandomBatches.schema(13, 900, 2, 40, 1, 5);

  private static Tensor layers(Tape tape) {
    var x = tape.linear("bottom.0", tape.dense(), 530, Activation.RELU);
    x = tape.linear("bottom.1", x, DIM, Activation.RELU);
    x = tape.linear("top.0", tape.pairwise(x, tape.embeddingBag()), 300, Activation.RELU);
    x = tape.linear("top.1", x, 70, Activation.RELU);
    return tape.linear("top.2", x, 1, Activation.NONE);
  }

  private static Tensor crosses(Tape tape) {
    var bag = tape.embeddingBag();
    var x = tape.layerNorm("norm.0", tape.linear("bottom", tape.dense(), 150, TANH), 1e-2f);
    var pairs = tape.factorizationMachine(tape.slice(bag, 1, DIM - 1));
    var x0 = tape.concat(x, bag, pairs);
    var crossed = tape.cross("full", x0, tape.cross("low", x0, x0, 140), 0);
    var deep = tape.dropout(tape.linear("deep", x0, 160, SIGMOID), .3f);
    deep = tape.multiply(deep, tape.add(deep, deep));
    var top = tape.layerNorm("norm.1", tape.concat(crossed, deep), 1e-2f);
    return tape.add(tape.linear("top", top, 1, Activation.NONE), tape.sum(pairs));
  }

  /**
   * Losses, dense parameters and states by position, rows by row id.
   *
   * @param reference trained beside it and compared, where not null
   */
  private List<float[]> train(
      int threads, Model model, TestOptimizer kind, RowFormat format, Float64Step reference) {
    int rows = (int) schema.tables().rows();
    var spec =
        new StepSpec(
            schema, BATCH, rows, format, kind.spec(), MaxNorms.none(schema.tables().size()), SEED);
    try (var backend = CpuBackends.open(threads);
        var buffers = backend.buffers();
        var slots = backend.slots(format, rows, rows, rows);
        var step = backend.compile(tape(model), spec, slots)) {
      var moves = new RowMoves(rows, buffers);
      drawDense(step.dense());
      load(slots, moves);
      if (reference != null) {
        copy(step.dense(), slots, moves, reference);
      }
      var results = new ArrayList<float[]>();
      var batches = new RandomBatches(schema, BATCH, buffers, SEED);
      var input = new StepInput(schema, BATCH, rows, buffers);
      input.learningRates(LEARNING_RATE, LEARNING_RATE);
      for (int s = 0; s < LENGTHS.length; s++) {
        var batch = batches.next(LENGTHS[s]);
        input.step(s);
        input.updates(s, s);
        StepInputs.fill(input, batch, rowId -> (int) rowId);
        step.train(input).await();
        var loss = new float[] {input.loss().get(0)};
        results.add(loss);
        if (reference != null) {
          double expected = reference.train(batch, LEARNING_RATE);
          assertClose("loss", loss, new double[] {expected});
        }
      }
      var dense = dense(step.dense());
      var trained = rows(slots, moves);
      if (reference != null) {
        dense.forEach((name, values) -> assertClose(name, values, reference.dense().get(name)));
        for (int row = 0; row < rows; row++) {
          assertClose("row " + row, trained.get(row), reference.rows().get((long) row));
        }
      }
      results.addAll(dense.values());
      results.addAll(trained);
      return results;
    }
  }

  private static void drawDense(DenseState dense) {
    var random = new Random(SEED);
    for (int p = 0; p < dense.parameters().size(); p++) {
      var parameter = dense.parameters().get(p);
      if (!parameter.optimizerState()) {
        int in = parameter.shape().get(parameter.shape().size() - 1);
        dense.write(p, draw(parameter.size(), (float) (1 / Math.sqrt(in)), random));
      }
    }
  }

  private static void load(SlotMemory slots, RowMoves moves) {
    var random = new Random(SEED);
    var weights = new RowWeights(slots.format());
    for (int row = 0; row < slots.slots(); row++) {
      weights.putNearest(slots.in().floats(row), slots.in().wordAt(row), draw(DIM, .5f, random));
      moves.load(row);
    }
    slots.move(moves).await();
  }

  private static void copy(
      DenseState dense, SlotMemory slots, RowMoves moves, Float64Step reference) {
    dense(dense).forEach((name, values) -> reference.dense().put(name, widen(values)));
    var rows = rows(slots, moves);
    for (int row = 0; row < rows.size(); row++) {
      reference.rows().put((long) row, widen(rows.get(row)));
    }
  }

  private static Map<String, float[]> dense(DenseState dense) {
    var all = new LinkedHashMap<String, float[]>();
    for (int p = 0; p < dense.parameters().size(); p++) {
      var values = new float[dense.parameters().get(p).size()];
      dense.read(p, values);
      all.put(dense.parameters().get(p).name(), values);
    }
    return all;
  }

  private static List<float[]> rows(SlotMemory slots, RowMoves moves) {
    moves.clear();
    for (int row = 0; row < slots.slots(); row++) {
      moves.evict(row);
    }
    slots.move(moves).await();
    var all = new ArrayList<float[]>();
    for (int row = 0; row < slots.slots(); row++) {
      var values = new float[slots.format().words()];
      slots.out().floats(row).get(slots.out().wordAt(row), values);
      all.add(values);
    }
    return all;
  }

  private static float[] draw(int count, float bound, Random random) {
    var values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (2 * random.nextFloat() - 1) * bound;
    }
    return values;
  }

  private static double[] widen(float[] values) {
    var wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  private static void assertClose(String what, float[] actual, double[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i]))
          .as("seed %d: %s [%d]: %s, in float64 %s", SEED, what, i, actual[i], expected[i])
          .isLessThan(1e-4 * (1 + Math.abs(expected[i])));
    }
  }

  private Tape tape(Model model) {
    var tape = new Tape(schema, DIM);
    return tape.finish(model.logits(tape));
  }

  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  void layersFollowTheReferenceWithTheSameBitsForAnyThreads(TestOptimizer kind) {
    assertFollowsTheReference(WideModelTest::layers, kind);
  }

  @ParameterizedTest
  @EnumSource(
      value = TestOptimizer.class,
      names = {"NESTEROV", "ADAM"})
  void crossesFollowTheReferenceWithTheSameBitsForAnyThreads(TestOptimizer kind) {
    assertFollowsTheReference(WideModelTest::crosses, kind);
  }

  private void assertFollowsTheReference(Model model, TestOptimizer kind) {
    var reference = new Float64Step(tape(model), kind.spec(), null, SEED);
    var format = kind.rowFormat(DIM);
    var expected = train(1, model, kind, format, reference);
    assertSameBits(expected, model, kind, format);
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  void halfRowsHaveTheSameBitsForAnyThreads(Precision precision) {
    for (var kind : List.of(TestOptimizer.MOMENTUM, TestOptimizer.ADAM)) {
      var format = new RowFormat(DIM, precision, kind.spec().rows().rowState(DIM));
      var expected = train(1, WideModelTest::crosses, kind, format, null);
      assertSameBits(expected, WideModelTest::crosses, kind, format);
    }
  }

  private void assertSameBits(
      List<float[]> expected, Model model, TestOptimizer kind, RowFormat format) {
    for (int threads : new int[] {2, 3, 8}) {
      var actual = train(threads, model, kind, format, null);
      assertThat(actual).hasSameSizeAs(expected);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(actual.get(i))
            .as("%d threads, result %d", threads, i)
            .isEqualTo(expected.get(i));
      }
    }
  }
}
