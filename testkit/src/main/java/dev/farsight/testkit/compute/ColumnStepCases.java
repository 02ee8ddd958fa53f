package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.Model;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of steps whose rows are divided by columns. A part of {@link ShardedStepContract}. */
abstract class ColumnStepCases extends ShardedStepCases {

  /** 2 ranks have 6 columns each, 3 have 4: vectors of 4 fit one of them. */
  private static final int WIDTH = 12;

  /**
   * Whether the backend divides rows by columns, as {@link
   * dev.farsight.api.compute.ComputeFactory#dividesColumns} tells.
   */
  protected boolean dividesColumns() {
    return true;
  }

  private void assumeColumns(int ranks) {
    Assumptions.assumeTrue(dividesColumns(), "this backend does not divide rows by columns");
    Assumptions.assumeTrue(ranks <= mostRanks(), "this backend does not have so many devices here");
  }

  private static ShardedRig.Shape columns(
      int ranks, Model model, BatchSchema schema, RowFormat format, OptimizerSpec optimizer) {
    var norms = MaxNorms.none(schema.tables().size());
    return shape(model, schema, format, optimizer, norms, placement(ranks, schema));
  }

  private static RowPlacement placement(int ranks, BatchSchema schema) {
    return RowPlacement.columns(ranks, (int) schema.tables().rows(), 11);
  }

  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  void columnsFollowTheReferenceWithEveryOptimizer(TestOptimizer optimizer) {
    assumeColumns(2);
    for (int ranks = 2; ranks <= Math.min(3, mostRanks()); ranks++) {
      var format = optimizer.rowFormat(WIDTH);
      try (var rig = rig(columns(ranks, SmallModel.DLRM, BAGS, format, optimizer.smooth()))) {
        assertFollowsReference(optimizer + " by columns on " + ranks, rig);
      }
    }
  }

  /** Norms and squares are those of whole rows. The optimizer decays weights. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void rowsOfColumnsMayHaveALargestNorm(int ranks) {
    assumeColumns(ranks);
    var optimizer = TestOptimizer.MOMENTUM;
    var norms = MaxNorms.of(.4f, Float.POSITIVE_INFINITY, .3f, .5f, Float.POSITIVE_INFINITY);
    var shape =
        shape(
            SmallModel.DLRM,
            BAGS,
            optimizer.rowFormat(WIDTH),
            optimizer.spec(),
            norms,
            placement(ranks, BAGS));
    try (var rig = rig(shape)) {
      assertFollowsReference("largest norms by columns on " + ranks, rig);
    }
  }

  @Test
  void frozenColumnsStay() {
    assumeColumns(2);
    var optimizer = TestOptimizer.ROWWISE_ADAGRAD;
    var format = optimizer.rowFormat(WIDTH);
    try (var rig = rig(columns(2, SmallModel.DLRM, ONE_HOT, format, optimizer.frozen()))) {
      var before = rig.rows();
      assertFollowsReference("frozen columns", rig);
      assertThat(rig.rows()).usingRecursiveComparison().isEqualTo(before);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, ADAM", "3, ROWWISE_ADAGRAD"})
  void slotsOfColumnsChangeNoBit(int ranks, TestOptimizer optimizer) {
    assumeColumns(ranks);
    int rows = (int) BAGS.tables().rows();
    assertSameBits(
        optimizer.rowFormat(WIDTH),
        optimizer.spec(),
        seed -> RowPlacement.columns(ranks, rows, seed));
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  void columnsOfHalfRowsAreRoundedAsInWholeRows(Precision precision) {
    assumeColumns(2);
    Assumptions.assumeTrue(hasHalfRows(), "not promised by this backend");
    for (var optimizer : List.of(TestOptimizer.ROWWISE_ADAGRAD, TestOptimizer.ADAM)) {
      assertRounded(precision, WIDTH, optimizer, placement(2, BAGS));
    }
  }

  @Test
  void saturatedWeightsOfColumnsAreCountedOnce() {
    assumeColumns(2);
    Assumptions.assumeTrue(hasHalfRows(), "not promised by this backend");
    var format = new RowFormat(WIDTH, Precision.FP16, SGD.rows().rowState(WIDTH));
    try (var rig = rig(columns(2, SmallModel.BAG_ALONE, ONE_HOT, format, SGD))) {
      rig.train(rig.batches(260).next(60), 1e9f, 0, new int[] {40, 20});
      assertThat(rig.saturated()).isEqualTo(saturated(rig, WIDTH)).isPositive();
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "3, 0"})
  void noColumnsAreUpdatedAfterALossThatIsNotFinite(int ranks, int poisonedRank) {
    assumeColumns(ranks);
    var optimizer = TestOptimizer.ROWWISE_ADAGRAD;
    var format = optimizer.rowFormat(WIDTH);
    try (var rig = rig(columns(ranks, SmallModel.DLRM, BAGS, format, optimizer.smooth()))) {
      int[] counts = divided(ranks * 20, ranks);
      RandomBatches batches = rig.batches(230);
      Batch poisoned = batches.next(ranks * 20);
      poisoned.dense().put((poisonedRank * 20 + 3) * BAGS.denseWidth(), Float.NaN);
      rig.train(batches.next(ranks * 20), .02f, counts);
      float[] before = rig.everything();

      assertThat(rig.train(poisoned, .02f, counts)).isNaN();

      assertThat(rig.everything()).isEqualTo(before);
      rig.resume();
      assertFollowsReference("resumed", rig);
    }
  }
}
