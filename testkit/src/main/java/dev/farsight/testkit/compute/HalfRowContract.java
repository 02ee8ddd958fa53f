package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.random.CounterRandom;
import dev.farsight.api.table.HalfPrecision;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.RowWeights;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Rows of 16 bits. A step computes with them as with rows of float32 that have the same weights,
 * and rounds what it stores: so from the same rows, both must come to the same losses and dense
 * parameters, bit for bit, and to rows that differ by the rounding of {@link HalfPrecision} alone.
 */
interface HalfRowContract extends BackendUnderTest {

  /** Whether the backend has rows of 16 bits. */
  default boolean hasHalfRows() {
    return true;
  }

  private ComputeRig rig(
      BatchSchema schema,
      SmallModel model,
      Precision precision,
      int dim,
      TestOptimizer optimizer,
      MaxNorms norms) {
    var format = new RowFormat(dim, precision, optimizer.spec().rows().rowState(dim));
    return new ComputeRig(
        backend(2), model, schema, format, 60, optimizer.spec(), norms, ComputeRig.IN_ORDER);
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  default void halfRowsAreRoundedRowsOfFloat32(Precision precision) {
    Assumptions.assumeTrue(hasHalfRows(), "not promised by this backend");
    for (TestOptimizer optimizer : TestOptimizer.values()) {
      assertRounded(SCHEMA, SmallModel.DLRM, precision, DIM, optimizer);
      assertRounded(SCHEMA, SmallModel.CONCAT, precision, 5, optimizer);
    }
    for (int dim : new int[] {1, 7, 16, 128, 257}) {
      assertRounded(SCHEMA, SmallModel.DLRM, precision, dim, TestOptimizer.ROWWISE_ADAGRAD);
      assertRounded(BagContract.BAGS, SmallModel.DLRM, precision, dim, TestOptimizer.SGD);
      assertRounded(BagContract.BAGS, SmallModel.CONCAT, precision, dim, TestOptimizer.ADAM);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  default void everyModelTakesHalfRows(Precision precision) {
    Assumptions.assumeTrue(hasHalfRows(), "not promised by this backend");
    for (SmallModel model : SmallModel.values()) {
      assertRounded(SCHEMA, model, precision, DIM, TestOptimizer.ROWWISE_ADAGRAD);
    }
  }

  private void assertRounded(
      BatchSchema schema, SmallModel model, Precision precision, int dim, TestOptimizer optimizer) {
    var norms = new float[schema.tables().size()];
    for (int t = 0; t < norms.length; t++) {
      norms[t] = t % 2 == 0 ? Float.POSITIVE_INFINITY : .4f;
    }
    MaxNorms maxNorms = schema.equals(SCHEMA) ? MaxNorms.none(norms.length) : MaxNorms.of(norms);
    String what = "%s, %s of %d, %s".formatted(model, precision, dim, optimizer);
    try (ComputeRig half = rig(schema, model, precision, dim, optimizer, maxNorms);
        ComputeRig full = rig(schema, model, Precision.FP32, dim, optimizer, maxNorms)) {
      for (int s = 0; s < 3; s++) {
        half.rows().forEach(full::writeRow);
        half.steps(s * 1000L);
        full.steps(s * 1000L);
        Batch batch = half.batches(100 + s).next(s == 1 ? 17 : 60);
        Batch same = full.batches(100 + s).next(s == 1 ? 17 : 60);
        assertThat(half.evaluate(batch)).as(what + ": logits").isEqualTo(full.evaluate(same));

        float loss = half.train(batch, .05f);

        assertThat(loss).as(what + ": loss").isEqualTo(full.train(same, .05f));
        assertThat(half.dense()).as(what).usingRecursiveComparison().isEqualTo(full.dense());
        Map<Long, float[]> exact = full.rows();
        var lookedUp = Lookup.byRow(batch).keySet();
        half.rows()
            .forEach(
                (id, row) -> {
                  float[] expected = exact.get(id);
                  if (lookedUp.contains(id)) {
                    round(expected, dim, precision, half.stepKey(), id);
                  }
                  assertThat(row).as(what + ": row " + id).isEqualTo(expected);
                });
      }
    }
  }

  private static void round(float[] row, int dim, Precision precision, long stepKey, long id) {
    long key = RowWeights.key(stepKey, id);
    for (int d = 0; d < dim; d++) {
      int random = CounterRandom.bits(key, d);
      short half = HalfPrecision.stochastic(precision, row[d], random);
      row[d] = HalfPrecision.widen(precision, half);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  default void frozenHalfRowsStay(Precision precision) {
    Assumptions.assumeTrue(hasHalfRows(), "not promised by this backend");
    var optimizer = TestOptimizer.ADAM.frozen();
    var format = new RowFormat(DIM, precision, optimizer.rows().rowState(DIM));
    var norms = MaxNorms.none(SCHEMA.tables().size());
    try (var rig =
        new ComputeRig(backend(2), SmallModel.DLRM, SCHEMA, format, 32, optimizer, norms, 5)) {
      var before = rig.rows();
      rig.train(rig.batches(110).next(32), .1f);
      assertThat(rig.rows()).usingRecursiveComparison().isEqualTo(before);
      assertThat(rig.saturated()).isZero();
    }
  }

  /** One row of fp16 is driven far beyond 65,504. */
  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  default void weightsBeyondTheLargestSaturateAndAreCounted(Precision precision) {
    Assumptions.assumeTrue(hasHalfRows(), "not promised by this backend");
    var optimizer = TestOptimizer.SGD.spec();
    var format = new RowFormat(DIM, precision, optimizer.rows().rowState(DIM));
    var norms = MaxNorms.none(SCHEMA.tables().size());
    try (var rig =
        new ComputeRig(backend(2), SmallModel.BAG_ALONE, SCHEMA, format, 32, optimizer, norms, 5)) {
      Batch batch = rig.batches(111).next(32);
      rig.train(batch, 1e9f, 0);
      int beyond = 0;
      for (float[] row : rig.rows().values()) {
        for (int d = 0; d < DIM; d++) {
          assertThat(Float.isFinite(row[d])).isTrue();
          beyond += Math.abs(row[d]) >= 65504 ? 1 : 0;
        }
      }
      assertThat(beyond).isPositive();
      assertThat(rig.saturated()).isEqualTo(precision == Precision.FP16 ? beyond : 0);
    }
  }
}
