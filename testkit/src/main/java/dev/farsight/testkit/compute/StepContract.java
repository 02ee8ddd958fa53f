package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses, logits, gradients and updates, compared with {@link Float64Step}. */
interface StepContract extends BackendUnderTest {

  OptimizerSpec SGD = TestOptimizer.SGD.spec();
  OptimizerSpec ADAGRAD = TestOptimizer.ROWWISE_ADAGRAD.spec();

  @ParameterizedTest
  @EnumSource(SmallModel.class)
  default void gradientsAreThoseOfTheReference(SmallModel model) {
    try (ComputeRig rig = rig(model, SGD)) {
      Batch batch = rig.batches(1).next(32);
      Float64Step reference = rig.reference();
      var denseBefore = rig.dense();
      var rowsBefore = rig.rows();

      float loss = rig.train(batch, 1);

      Float64Gradients expected = reference.gradients(batch);
      assertClose("loss", new float[] {loss}, new double[] {expected.loss()}, 1);
      rig.dense()
          .forEach(
              (name, after) ->
                  assertClose(
                      "gradient of " + name,
                      minus(denseBefore.get(name), after),
                      expected.dense().get(name),
                      1));
      rig.rows()
          .forEach(
              (id, after) ->
                  assertClose(
                      "gradient of row " + id,
                      minus(rowsBefore.get(id), after),
                      expected.rows().getOrDefault(id, new double[DIM]),
                      1));
    }
  }

  @ParameterizedTest
  @EnumSource(SmallModel.class)
  default void twentyStepsOfSgdFollowTheReference(SmallModel model) {
    twentySteps(model, SGD, .1f);
  }

  @ParameterizedTest
  @EnumSource(SmallModel.class)
  default void twentyStepsOfAdagradFollowTheReference(SmallModel model) {
    twentySteps(model, ADAGRAD, .02f);
  }

  /** Batches of all lengths; every row is rewritten often. */
  private void twentySteps(SmallModel model, OptimizerSpec optimizer, float learningRate) {
    try (ComputeRig rig = rig(model, optimizer)) {
      RandomBatches batches = rig.batches(2);
      Float64Step reference = rig.reference();
      for (int s = 1; s <= 20; s++) {
        Batch batch = batches.next(s % 4 == 0 ? 1 + s : 32);
        float loss = rig.train(batch, learningRate);
        double expected = reference.train(batch, learningRate);
        assertClose("loss of step " + s, new float[] {loss}, new double[] {expected}, s);
        if (s == 1) {
          assertSameModel("after one step", rig, reference, 1);
        }
      }
      assertSameModel("after twenty steps", rig, reference, 20);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 31, 32})
  default void batchesMayBeOfAnyLength(int samples) {
    try (ComputeRig rig = rig(SmallModel.DLRM, ADAGRAD)) {
      Batch full = rig.batches(3).next(32);
      Batch batch = rig.batches(4).next(samples);
      Float64Step reference = rig.reference();
      rig.train(full, .02f);
      reference.train(full, .02f);

      float loss = rig.train(batch, .02f);

      double expected = reference.train(batch, .02f);
      assertClose("loss", new float[] {loss}, new double[] {expected}, 2);
      assertSameModel("after " + samples + " samples", rig, reference, 2);
    }
  }

  @Test
  default void lookupsOfOneRowAreSummedBeforeItsOneUpdate() {
    for (OptimizerSpec optimizer : new OptimizerSpec[] {SGD, ADAGRAD}) {
      try (ComputeRig rig = rig(SmallModel.DLRM, optimizer)) {
        Batch batch = rig.batches(5).next(32);
        for (int t = 0; t < SCHEMA.tables().size(); t++) {
          for (int s = 0; s < 32; s++) {
            batch.indices(t)[s] = s == 17 ? 0 : SCHEMA.tables().get(t).rows() - 1;
          }
        }
        Float64Step reference = rig.reference();

        rig.train(batch, .05f);
        reference.train(batch, .05f);

        assertSameModel(optimizer.rows().configName(), rig, reference, 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(SmallModel.class)
  default void evaluationTellsLogitsAndLossAndChangesNothing(SmallModel model) {
    try (ComputeRig rig = rig(model, ADAGRAD)) {
      rig.train(rig.batches(6).next(32), .02f);
      float[] before = rig.everything();
      for (int samples : new int[] {32, 7, 1}) {
        Batch batch = rig.batches(7).next(samples);
        Float64Step reference = rig.reference();

        float[] logits = rig.evaluate(batch);

        assertClose("logits", logits, reference.logits(batch), 1);
        float[] loss = {rig.loss()};
        assertClose("loss", loss, new double[] {reference.loss(batch)}, 1);
        assertThat(rig.everything()).isEqualTo(before);
        assertThat(rig.evaluate(batch)).as("evaluated again").isEqualTo(logits);
      }
    }
  }

  @Test
  default void unlabelledBatchesCanBeEvaluated() {
    var schema = new BatchSchema(SCHEMA.denseWidth(), SCHEMA.tables(), false, false);
    try (var rig = new ComputeRig(backend(2), SmallModel.DLRM, schema, DIM, 8, SGD, 0)) {
      Batch batch = rig.batches(8).next(8);
      assertClose("logits", rig.evaluate(batch), rig.reference().logits(batch), 1);
    }
  }

  @Test
  default void dataMayHaveNoDenseFeatures() {
    BatchSchema schema = RandomBatches.schema(0, 4, 9);
    try (var rig = new ComputeRig(backend(2), SmallModel.BAG_USED_TWICE, schema, DIM, 8, SGD, 0)) {
      Batch batch = rig.batches(9).next(8);
      Float64Step reference = rig.reference();
      float loss = rig.train(batch, .1f);
      double expected = reference.train(batch, .1f);
      assertClose("loss", new float[] {loss}, new double[] {expected}, 1);
      assertSameModel("after a step", rig, reference, 1);
    }
  }

  @Test
  default void frozenRowsStayWhileDenseParametersLearn() {
    for (TestOptimizer kind : TestOptimizer.values()) {
      var frozen = kind.frozen();
      try (ComputeRig rig = rig(SmallModel.DLRM, frozen)) {
        RandomBatches batches = rig.batches(10);
        Float64Step reference = rig.reference();
        var rows = rig.rows();
        for (int s = 0; s < 3; s++) {
          Batch batch = batches.next(32);
          rig.train(batch, .05f);
          reference.train(batch, .05f);
        }
        assertThat(rig.rows()).usingRecursiveComparison().isEqualTo(rows);
        assertSameModel(kind + " with frozen rows", rig, reference, 3);
      }
    }
  }

  /** Widths of rows up to 1,024: some are vectors of a device, some are not. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 16, 100, 128, 256, 1023, 1024})
  default void rowsMayBeNarrowAndWide(int dim) {
    BatchSchema schema = RandomBatches.schema(5, 60, 3, 1, 40);
    for (SmallModel model : new SmallModel[] {SmallModel.DLRM, SmallModel.CONCAT}) {
      for (OptimizerSpec optimizer : new OptimizerSpec[] {SGD, ADAGRAD}) {
        try (var rig =
            new ComputeRig(backend(2), model, schema, dim, 150, optimizer, ComputeRig.IN_ORDER)) {
          RandomBatches batches = rig.batches(16);
          Float64Step reference = rig.reference();
          // Errors are relative to the terms of a sum, of which there are as many as weights.
          double terms = Math.sqrt(dim);
          for (int s = 1; s <= 2; s++) {
            Batch batch = batches.next(s == 1 ? 150 : 67);
            String when = String.format(Locale.ROOT, "%s, %s, step %d", model, optimizer.rows(), s);
            float loss = rig.train(batch, .01f);
            double expected = reference.train(batch, .01f);
            assertClose(when, new float[] {loss}, new double[] {expected}, s * terms);
            assertSameModel(when, rig, reference, s * terms);
          }
        }
      }
    }
  }

  @Test
  default void rowsAndDenseParametersHaveLearningRatesOfTheirOwn() {
    for (OptimizerSpec optimizer : new OptimizerSpec[] {SGD, ADAGRAD}) {
      float[][] rates = {{.1f, .01f}, {0, .05f}, {.05f, 0}};
      try (ComputeRig rig = rig(SmallModel.DLRM, optimizer)) {
        RandomBatches batches = rig.batches(17);
        Float64Step reference = rig.reference();
        for (float[] rate : rates) {
          Batch batch = batches.next(32);
          var rows = rig.rows();
          var dense = rig.dense();
          rig.train(batch, rate[0], rate[1]);
          reference.train(batch, rate[0], rate[1]);
          assertSameModel(optimizer.rows().configName(), rig, reference, 3);
          if (rate[0] == 0 && optimizer.equals(SGD)) {
            assertThat(rig.rows()).usingRecursiveComparison().isEqualTo(rows);
          }
          if (rate[1] == 0 && optimizer.equals(SGD)) {
            assertThat(rig.dense()).usingRecursiveComparison().isEqualTo(dense);
          }
        }
      }
    }
  }

  @Test
  default void epsilonIsAddedToTheRoot() {
    var spec = OptimizerSpec.of(new UpdateRule.RowwiseAdagrad(.5f, 0, 0));
    try (ComputeRig rig = rig(SmallModel.DLRM, spec)) {
      Batch batch = rig.batches(11).next(32);
      Float64Step reference = rig.reference();
      rig.train(batch, .5f);
      reference.train(batch, .5f);
      assertSameModel("with a large epsilon", rig, reference, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {60, 300, 3000})
  default void lossIsFiniteForLogitsFarFromZero(float scale) {
    try (ComputeRig rig = rig(SmallModel.LINEAR, SGD)) {
      Batch batch = rig.batches(12).next(32);
      for (int i = 0; i < 32 * SCHEMA.denseWidth(); i++) {
        batch.dense().put(i, batch.dense().get(i) * scale);
      }
      Float64Step reference = rig.reference();
      float loss = rig.train(batch, .1f / scale);
      double expected = reference.train(batch, .1f / scale);
      assertClose("loss", new float[] {loss}, new double[] {expected}, 1);
      assertSameModel("after a step", rig, reference, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  default void stepWhoseLossIsNotFiniteUpdatesNothing(float poison) {
    for (OptimizerSpec optimizer : new OptimizerSpec[] {SGD, ADAGRAD}) {
      try (ComputeRig rig = rig(SmallModel.CONCAT, optimizer)) {
        Batch healthy = rig.batches(13).next(32);
        Batch poisoned = rig.batches(14).next(9);
        poisoned.dense().put(3, poison);
        poisoned.dense().put(4, -poison);
        rig.train(healthy, .02f);
        float[] before = rig.everything();
        Float64Step reference = rig.reference();

        assertThat(Float.isFinite(rig.train(poisoned, .02f))).as("finite loss").isFalse();

        assertThat(rig.everything()).isEqualTo(before);
        rig.train(healthy, .02f);
        assertThat(rig.everything()).as("after a step that was not resumed").isEqualTo(before);
        rig.step.resume();
        rig.train(healthy, .02f);
        reference.train(healthy, .02f);
        assertSameModel("after the step that was resumed", rig, reference, 1);
      }
    }
  }

  /**
   * A device is given steps before the loss of earlier ones is seen. What is left must be the state
   * before the step that failed, bit for bit. The second round may run as devices run steps that
   * they know.
   */
  @Test
  default void stepsGivenAfterALossThatIsNotFiniteUpdateNothing() {
    for (OptimizerSpec optimizer : new OptimizerSpec[] {SGD, ADAGRAD}) {
      try (ComputeRig rig = rig(SmallModel.DLRM, optimizer);
          ComputeRig expected = rig(SmallModel.DLRM, optimizer)) {
        List<StepInput> inputs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          inputs.add(rig.newInput());
        }
        for (int round = 1; round <= 3; round++) {
          List<Batch> batches = healthyBatches(rig, 20 + round, inputs.size());
          List<Batch> same = healthyBatches(expected, 20 + round, inputs.size());
          int failing = 1 + round % 3;
          batches.get(failing).dense().put(2, Float.NaN);
          List<Ticket> tickets = new ArrayList<>();
          for (int i = 0; i < inputs.size(); i++) {
            tickets.add(rig.trainInto(inputs.get(i), batches.get(i), .02f));
          }
          tickets.forEach(Ticket::await);
          rig.step.resume();

          for (int i = 0; i < failing; i++) {
            float loss = expected.train(same.get(i), .02f);
            assertThat(inputs.get(i).loss().get(0)).isEqualTo(loss);
          }

          assertThat(inputs.get(failing).loss().get(0)).isNaN();
          assertThat(rig.everything())
              .as("%s, round %d: after %d steps", optimizer.rows(), round, failing)
              .isEqualTo(expected.everything());
        }
      }
    }
  }

  private static List<Batch> healthyBatches(ComputeRig rig, long seed, int count) {
    RandomBatches random = rig.batches(seed);
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batches.add(random.next(32));
    }
    return batches;
  }

  /** Frozen rows take other paths than rows that learn. */
  @Test
  default void frozenRowsChangeNothingOfThat() {
    var frozen = TestOptimizer.ROWWISE_ADAGRAD.frozen();
    try (ComputeRig rig = rig(SmallModel.DLRM, frozen)) {
      Batch poisoned = rig.batches(26).next(32);
      poisoned.dense().put(2, Float.NaN);
      float[] before = rig.everything();
      rig.train(poisoned, .02f);
      rig.train(rig.batches(27).next(32), .02f);
      assertThat(rig.everything()).isEqualTo(before);
    }
  }

  /** An evaluation may meet such a loss too; that keeps no step from updating. */
  @Test
  default void evaluationWhoseLossIsNotFiniteKeepsNoStepFromUpdating() {
    try (ComputeRig rig = rig(SmallModel.DLRM, SGD)) {
      Batch poisoned = rig.batches(28).next(32);
      poisoned.dense().put(2, Float.NaN);
      rig.evaluate(poisoned);
      assertThat(rig.loss()).isNaN();
      Batch healthy = rig.batches(29).next(32);
      Float64Step reference = rig.reference();
      rig.train(healthy, .02f);
      reference.train(healthy, .02f);
      assertSameModel("after a step", rig, reference, 1);
    }
  }

  /**
   * ReLU is max(x, 0), and NaN is not below 0: a broken sample is not to be trained on silently.
   */
  @Test
  default void notANumberPassesThroughTheLayersToTheLoss() {
    try (ComputeRig rig = rig(SmallModel.DLRM, SGD)) {
      Batch batch = rig.batches(15).next(32);
      batch.dense().put(2, Float.NaN);
      float[] before = rig.everything();
      assertThat(rig.train(batch, .1f)).isNaN();
      assertThat(rig.everything()).isEqualTo(before);
    }
  }

  private static float[] minus(float[] a, float[] b) {
    var difference = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }
}
