package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.Model;
import java.util.Locale;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Samples that have weights: the loss is the weighted mean, and gradients are its gradients. */
interface WeightContract extends BackendUnderTest {

  BatchSchema WEIGHTED = RandomBatches.weighted(SCHEMA);

  /** Long enough for several tiles or blocks, and a short one. */
  int FULL = 300;

  private ComputeRig rig(BatchSchema schema, Model model, TestOptimizer kind) {
    var optimizer = kind.smooth();
    return new ComputeRig(backend(2), model, schema, DIM, FULL, optimizer, ComputeRig.IN_ORDER);
  }

  @ParameterizedTest
  @EnumSource(SmallModel.class)
  default void weightedBatchesFollowTheReference(SmallModel model) {
    for (TestOptimizer kind : TestOptimizer.basic()) {
      try (ComputeRig rig = rig(WEIGHTED, model, kind)) {
        RandomBatches batches = rig.batches(41);
        Float64Step reference = rig.reference();
        int[] lengths = {FULL, 7, FULL - 1, 1};
        for (int s = 1; s <= lengths.length; s++) {
          String when = String.format(Locale.ROOT, "%s, %s, step %d", model, kind, s);
          Batch batch = batches.next(lengths[s - 1]);
          batch.weights().put(0, 2.5f);
          rig.evaluate(batch);
          assertClose(when, new float[] {rig.loss()}, new double[] {reference.loss(batch)}, s);
          float loss = rig.train(batch, .02f);
          assertClose(when, new float[] {loss}, new double[] {reference.train(batch, .02f)}, s);
          assertSameModel(when, rig, reference, s);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  default void weightsOfOneGiveTheBitsOfNoWeights(TestOptimizer kind) {
    float[] none = train(SCHEMA, kind, batch -> {});
    assertThat(train(WEIGHTED, kind, batch -> fill(batch, 1))).isEqualTo(none);
  }

  /** Factors that are powers of two, so that all products are exact. */
  @ParameterizedTest
  @ValueSource(floats = {2, 1024, 1 / 16f})
  default void aFactorOfAllWeightsChangesNoBit(float factor) {
    for (TestOptimizer kind : TestOptimizer.values()) {
      float[] expected = train(WEIGHTED, kind, batch -> {});
      float[] scaled =
          train(
              WEIGHTED,
              kind,
              batch -> {
                for (int s = 0; s < batch.samples(); s++) {
                  batch.weights().put(s, batch.weights().get(s) * factor);
                }
              });
      assertThat(scaled).as("%s, factor %s", kind, factor).isEqualTo(expected);
    }
  }

  /** What a sample without weight holds does not count; its lookups stay the same. */
  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  default void aWeightOfZeroTakesASampleOut(TestOptimizer kind) {
    Consumer<Batch> everyThird =
        batch -> {
          for (int s = 0; s < batch.samples(); s += 3) {
            batch.weights().put(s, 0);
          }
        };
    float[] expected = train(WEIGHTED, kind, everyThird);
    float[] other =
        train(
            WEIGHTED,
            kind,
            batch -> {
              everyThird.accept(batch);
              for (int s = 0; s < batch.samples(); s += 3) {
                batch.labels().put(s, 1 - batch.labels().get(s));
                for (int d = 0; d < batch.schema().denseWidth(); d++) {
                  batch.dense().put(s * batch.schema().denseWidth() + d, 7 - d);
                }
              }
            });
    assertThat(other).isEqualTo(expected);
  }

  @Test
  default void rowsOfSamplesWithoutWeightStay() {
    for (TestOptimizer kind : TestOptimizer.values()) {
      if (!kind.restsWithoutGradient()) {
        continue;
      }
      try (ComputeRig rig = rig(WEIGHTED, SmallModel.DLRM, kind)) {
        Batch batch = rig.batches(43).next(FULL);
        fill(batch, 1);
        int last = SCHEMA.tables().get(0).rows() - 1;
        for (int s = 0; s < FULL; s++) {
          batch.indices(0)[s] = s % 5 == 0 ? last : s % 2;
          batch.weights().put(s, s % 5 == 0 ? 0 : 1);
        }
        var before = rig.rows();
        rig.train(batch, .1f);
        var after = rig.rows();
        assertThat(after.get((long) last)).as("%s", kind).isEqualTo(before.get((long) last));
        assertThat(after.get(0L)).as("%s", kind).isNotEqualTo(before.get(0L));
      }
    }
  }

  @Test
  default void batchWithoutAnyWeightUpdatesNothing() {
    try (ComputeRig rig = rig(WEIGHTED, SmallModel.DLRM, TestOptimizer.SGD)) {
      Batch batch = rig.batches(44).next(9);
      fill(batch, 0);
      float[] before = rig.everything();
      assertThat(rig.train(batch, .1f)).isNaN();
      assertThat(rig.everything()).isEqualTo(before);
    }
  }

  private static void fill(Batch batch, float weight) {
    for (int s = 0; s < batch.samples(); s++) {
      batch.weights().put(s, weight);
    }
  }

  /** Losses of steps and evaluations, then all that was trained. */
  private float[] train(BatchSchema schema, TestOptimizer kind, Consumer<Batch> change) {
    try (ComputeRig rig = rig(schema, SmallModel.DLRM, kind)) {
      int[] lengths = {FULL, 11, FULL - 1, 256};
      var losses = new float[2 * lengths.length];
      for (int s = 0; s < lengths.length; s++) {
        Batch batch = rig.batches(50 + s).next(lengths[s]);
        change.accept(batch);
        losses[2 * s] = rig.train(batch, .03f);
        rig.evaluate(batch);
        losses[2 * s + 1] = rig.loss();
      }
      float[] model = rig.everything();
      var all = new float[losses.length + model.length];
      System.arraycopy(losses, 0, all, 0, losses.length);
      System.arraycopy(model, 0, all, losses.length, model.length);
      return all;
    }
  }
}
