package dev.farsight.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Parameter;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.testkit.compute.Float64Step;
import dev.farsight.testkit.compute.NaiveBackend;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.SmallModel;
import dev.farsight.testkit.compute.TestOptimizer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineOracleTest {

  private static final BatchSchema SCHEMA = RandomBatches.schema(2, 6, 30);
  private static final OptimizerSpec ADAGRAD = TestOptimizer.ROWWISE_ADAGRAD.spec();

  /** Five batches of 8 and one of 3, in every epoch the same. */
  private record Clicks(float label) implements DataSource {

    @Override
    public BatchSchema schema() {
      return SCHEMA;
    }

    @Override
    public long trainSamples() {
      return 43;
    }

    @Override
    public long evalSamples() {
      return 0;
    }

    @Override
    public BatchSource train(int epoch) {
      var batches = new RandomBatches(SCHEMA, 8, HostBuffers.plain(), 5);
      return new BatchSource() {
        private int made;

        @Override
        public BatchSchema schema() {
          return SCHEMA;
        }

        @Override
        public boolean next(Batch into) {
          if (made == 6) {
            return false;
          }
          copy(batches.next(++made < 6 ? 8 : 3), into);
          return true;
        }

        @Override
        public void close() {}
      };
    }

    private void copy(Batch from, Batch into) {
      into.samples(from.samples());
      into.dense().put(0, from.dense(), 0, from.samples() * 2);
      into.labels().put(0, from.labels(), 0, from.samples());
      if (label != 0) {
        into.labels().put(0, label);
      }
      for (int t = 0; t < 2; t++) {
        System.arraycopy(from.indices(t), 0, into.indices(t), 0, from.samples());
      }
    }

    @Override
    public BatchSource eval() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private static EngineOracle oracle(int epochs, int maxSteps) {
    return oracle(epochs, maxSteps, false);
  }

  private static EngineOracle oracle(int epochs, int maxSteps, boolean resetRows) {
    return new EngineOracle(
        SmallModel.DLRM,
        4,
        8,
        epochs,
        maxSteps,
        ADAGRAD,
        .02f,
        11,
        EngineOracleTest::fillWithTenths,
        null,
        resetRows);
  }

  private static void fillWithTenths(DenseState dense, List<Parameter> parameters) {
    for (int p = 0; p < dense.parameters().size(); p++) {
      var values = new float[dense.parameters().get(p).size()];
      if (!dense.parameters().get(p).optimizerState()) {
        Arrays.fill(values, .1f);
      }
      dense.write(p, values);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void trainsEveryBatchInTurnFromTheInitialRows(boolean resetRows) {
    var tape = new Tape(SCHEMA, 4);
    var reference = new Float64Step(tape.finish(SmallModel.DLRM.logits(tape)), ADAGRAD);
    var initial = new InitialRows(SCHEMA.tables(), RowFormat.of(4, 1), 11);
    fill(reference, initial);
    reference
        .dense()
        .forEach((name, values) -> Arrays.fill(values, name.endsWith(".adagrad") ? 0 : .1f));

    EngineOracle.Outcome outcome = oracle(2, 0, resetRows).train(new NaiveBackend(), new Clicks(0));

    assertThat(outcome.losses()).hasSize(12);
    int step = 0;
    var batch = new Batch(SCHEMA, 8, HostBuffers.plain());
    for (int epoch = 0; epoch < 2; epoch++) {
      if (resetRows) {
        fill(reference, initial.ofGeneration(epoch));
      }
      try (BatchSource source = new Clicks(0).train(epoch)) {
        while (source.next(batch)) {
          double loss = reference.train(batch, .02f);
          assertThat((double) outcome.losses()[step++]).isCloseTo(loss, within(1e-5));
        }
      }
    }
    for (int id = 0; id < 36; id++) {
      for (int i = 0; i < 5; i++) {
        double expected = reference.rows().get((long) id)[i];
        assertThat((double) outcome.rows()[id][i]).isCloseTo(expected, within(1e-5));
      }
    }
    assertThat(outcome.dense().keySet()).isEqualTo(reference.dense().keySet());
  }

  private static void fill(Float64Step reference, InitialRows initial) {
    for (long id = 0; id < 36; id++) {
      var row = FloatBuffer.allocate(5);
      initial.fill(id, row, 0);
      var wide = new double[5];
      for (int i = 0; i < 5; i++) {
        wide[i] = row.get(i);
      }
      reference.rows().put(id, wide);
    }
  }

  @Test
  void stopsAfterTheStepsAskedFor() {
    float[] all = oracle(1, 0).train(new NaiveBackend(), new Clicks(0)).losses();
    float[] four = oracle(1, 4).train(new NaiveBackend(), new Clicks(0)).losses();
    assertThat(all).hasSize(6);
    assertThat(four).isEqualTo(Arrays.copyOf(all, 4));
  }

  @Test
  void lossThatIsNotFiniteIsAnError() {
    assertThatThrownBy(() -> oracle(1, 0).train(new NaiveBackend(), new Clicks(Float.NaN)))
        .isInstanceOf(FarsightException.class)
        .hasMessage("the loss of step 1 is not finite");
  }
}
