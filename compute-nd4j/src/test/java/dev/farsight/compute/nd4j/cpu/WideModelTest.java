package dev.farsight.compute.nd4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.OptimizerSpec.Kind;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowLayout;
import dev.farsight.testkit.compute.Float64Step;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.StepInputs;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Layers wide enough to be updated in several shares, batches long enough for several tiles: the
 * float64 reference is followed, with the same bits for any number of threads.
 */
class WideModelTest {

  private static final int DIM = 16;
  private static final int BATCH = 600;
  private static final int[] LENGTHS = {BATCH, 333, 1, BATCH - 1};
  private static final float LEARNING_RATE = .05f;
  private static final long SEED = 31;

  private final BatchSchema schema = RandomBatches.schema(13, 900, 2, 40, 1, 5);

  private Tape tape() {
    var tape = new Tape(schema, DIM);
    var x = tape.linear("bottom.0", tape.dense(), 530, Activation.RELU);
    x = tape.linear("bottom.1", x, DIM, Activation.RELU);
    x = tape.linear("top.0", tape.pairwise(x, tape.embeddingBag()), 300, Activation.RELU);
    x = tape.linear("top.1", x, 70, Activation.RELU);
    return tape.finish(tape.linear("top.2", x, 1, Activation.NONE));
  }

  /** Losses, dense parameters and states by position, rows by row id. */
  private List<float[]> train(int threads, Kind kind, Float64Step reference) {
    int rows = (int) schema.tables().rows();
    var layout = new RowLayout(DIM, kind.rowState());
    var spec = new StepSpec(schema, BATCH, rows, layout, OptimizerSpec.of(kind));
    var results = new ArrayList<float[]>();
    try (var backend = CpuBackends.open(threads);
        var buffers = backend.buffers();
        var slots = backend.slots(layout, rows, rows, rows);
        var step = backend.compile(tape(), spec, slots)) {
      var random = new Random(SEED);
      var dense = step.dense();
      for (int p = 0; p < dense.parameters().size(); p++) {
        var parameter = dense.parameters().get(p);
        if (!parameter.optimizerState()) {
          int in = parameter.shape().get(parameter.shape().size() - 1);
          float[] values = draw(parameter.size(), (float) (1 / Math.sqrt(in)), random);
          dense.write(p, values);
          reference.dense().put(parameter.name(), widen(values));
        } else {
          reference.dense().put(parameter.name(), new double[parameter.size()]);
        }
      }
      var moves = new RowMoves(rows, buffers);
      for (int row = 0; row < rows; row++) {
        var values = new float[layout.floats()];
        System.arraycopy(draw(DIM, .5f, random), 0, values, 0, DIM);
        slots.in().floats().put(slots.in().floatAt(row), values);
        moves.load(row);
        reference.rows().put((long) row, widen(values));
      }
      slots.move(moves).await();

      var batches = new RandomBatches(schema, BATCH, buffers, SEED);
      var input = new StepInput(schema, BATCH, rows, buffers);
      input.learningRate(LEARNING_RATE);
      for (int length : LENGTHS) {
        var batch = batches.next(length);
        StepInputs.fill(input, batch, rowId -> (int) rowId);
        step.train(input).await();
        float loss = input.loss().get(0);
        results.add(new float[] {loss});
        if (threads == 1) {
          double expected = reference.train(batch, LEARNING_RATE);
          assertClose("loss", new float[] {loss}, new double[] {expected});
        }
      }
      for (int p = 0; p < dense.parameters().size(); p++) {
        var values = new float[dense.parameters().get(p).size()];
        dense.read(p, values);
        results.add(values);
      }
      moves.clear();
      for (int row = 0; row < rows; row++) {
        moves.evict(row);
      }
      slots.move(moves).await();
      for (int row = 0; row < rows; row++) {
        var values = new float[layout.floats()];
        slots.out().floats().get(slots.out().floatAt(row), values);
        results.add(values);
      }
      if (threads == 1) {
        int at = LENGTHS.length;
        for (var parameter : dense.parameters()) {
          String name = parameter.name();
          assertClose(name, results.get(at++), reference.dense().get(name));
        }
        for (long row = 0; row < rows; row++) {
          assertClose("row " + row, results.get(at++), reference.rows().get(row));
        }
      }
    }
    return results;
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

  @ParameterizedTest
  @EnumSource(Kind.class)
  void followsTheReferenceWithTheSameBitsForAnyThreads(Kind kind) {
    var spec = OptimizerSpec.of(kind);
    var expected = train(1, kind, new Float64Step(tape(), spec));
    for (int threads : new int[] {2, 3, 8}) {
      var actual = train(threads, kind, new Float64Step(tape(), spec));
      assertThat(actual).hasSameSizeAs(expected);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(actual.get(i))
            .as("%d threads, result %d", threads, i)
            .isEqualTo(expected.get(i));
      }
    }
  }
}
