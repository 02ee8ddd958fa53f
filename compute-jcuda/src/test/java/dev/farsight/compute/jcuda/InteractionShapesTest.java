package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat;
import dev.farsight.testkit.compute.Float64Step;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.StepInputs;
import dev.farsight.testkit.compute.TestOptimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The interaction's kernels in shapes that the contract does not have, against float64: logits, and
 * the gradients of all rows. Of one-hot features, whose rows they read from slots, and of bags,
 * which they read from a value. Needs a GPU.
 */
class InteractionShapesTest {

  private static final int BATCH = 48;
  private static final int SAMPLES = 45;
  private static final int ROWS = 20;

  static Stream<Arguments> shapes() {
    int[][] shapes = {
      {26, 128},
      {1, 4},
      {15, 32},
      {16, 36},
      {31, 64},
      {32, 16},
      {40, 20},
      {70, 8},
      // Wide rows; in fp32 the last four do not fit shared memory at once.
      {3, 1024},
      {26, 1024},
      {70, 1024},
      {26, 4096},
      {60, 1022},
      {100, 612}
    };
    int[][] shapesOfBags = {{26, 128}, {1, 4}, {16, 36}, {31, 64}, {70, 7}, {3, 1024}, {60, 1022}};
    List<Arguments> all = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      for (int[] shape : shapes) {
        all.add(Arguments.of(precision, shape[0], shape[1], false));
      }
      for (int[] shape : shapesOfBags) {
        all.add(Arguments.of(precision, shape[0], shape[1], true));
      }
    }
    return all.stream();
  }

  /** Error allowed relative to the norm of what is compared, of a product of two operands. */
  private static double allowed(Precision precision) {
    return switch (precision) {
      case FP32 -> 1e-5;
      case TF32 -> 4 * 0x1p-10;
      case BF16 -> 6 * 0x1p-9;
    };
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void logitsAndGradientsAreThoseOfFloat64(
      Precision precision, int tableCount, int dim, boolean bags) {
    var rowsOfTables = new int[tableCount];
    Arrays.fill(rowsOfTables, ROWS);
    var oneHot = RandomBatches.schema(6, rowsOfTables);
    var schema = bags ? withBags(oneHot) : oneHot;
    int rows = tableCount * ROWS;
    var sgd = TestOptimizer.SGD.spec();
    var format = RowFormat.of(dim, 0);
    var spec = new StepSpec(schema, BATCH, rows, format, sgd);
    var tape = new Tape(schema, dim);
    var x = tape.linear("bottom", tape.dense(), dim, Activation.NONE);
    var crossed = tape.pairwise(x, tape.embeddingBag());
    tape.finish(tape.linear("top", crossed, 1, Activation.NONE));
    var random = new Random(dim);
    try (var backend = JcudaBackends.open(precision);
        var buffers = backend.buffers();
        var slots = backend.slots(format, rows, rows, rows);
        var step = backend.compile(tape, spec, slots)) {
      var reference = new Float64Step(tape, sgd);
      var parameters = step.dense().parameters();
      for (int p = 0; p < parameters.size(); p++) {
        float[] values = uniform(random, parameters.get(p).size());
        step.dense().write(p, values);
        reference.dense().put(parameters.get(p).name(), widen(values));
      }
      var moves = new RowMoves(rows, buffers);
      var before = new float[rows][];
      for (int row = 0; row < rows; row++) {
        before[row] = uniform(random, dim);
        slots.in().floats(row).put(slots.in().wordAt(row), before[row]);
        reference.rows().put((long) row, widen(before[row]));
        moves.load(row);
      }
      slots.stage(0, rows);
      slots.move(moves).await();
      Batch batch = new RandomBatches(schema, BATCH, buffers, 5).next(SAMPLES);
      var input = new StepInput(schema, BATCH, rows, buffers);
      StepInputs.fill(input, batch, rowId -> (int) rowId);
      input.learningRates(1, 1);

      step.evaluate(input).await();
      var logits = new float[SAMPLES];
      input.logits().get(0, logits);
      step.train(input).await();

      assertNear("logits", logits, reference.logits(batch), allowed(precision));
      var expected = reference.gradients(batch).rows();
      moves.clear();
      for (int row = 0; row < rows; row++) {
        moves.evict(row);
      }
      slots.move(moves).await();
      var actual = new float[rows * dim];
      var wanted = new double[rows * dim];
      for (int row = 0; row < rows; row++) {
        for (int d = 0; d < dim; d++) {
          float after = slots.out().floats(row).get(slots.out().wordAt(row) + d);
          actual[row * dim + d] = before[row][d] - after;
          wanted[row * dim + d] =
              expected.containsKey((long) row) ? expected.get((long) row)[d] : 0;
        }
      }
      assertNear("gradients of rows", actual, wanted, 2 * allowed(precision));
    }
  }

  /**
   * The same tables, each with a bag of up to three lookups a sample, of which the mean is taken.
   */
  private static BatchSchema withBags(BatchSchema schema) {
    List<Feature> bags = new ArrayList<>();
    for (Feature feature : schema.features()) {
      bags.add(Feature.bag(feature.name(), feature.table(), 3, Pooling.MEAN));
    }
    return new BatchSchema(schema.denseWidth(), schema.tables(), bags, schema.columns());
  }

  private static float[] uniform(Random random, int count) {
    var values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - .5f;
    }
    return values;
  }

  private static double[] widen(float[] values) {
    var wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }

  private static void assertNear(String what, float[] actual, double[] expected, double allowed) {
    double error = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      error += (actual[i] - expected[i]) * (actual[i] - expected[i]);
      norm += expected[i] * expected[i];
    }
    assertThat(Math.sqrt(error / norm)).as("relative error of the %s", what).isLessThan(allowed);
  }
}
