package dev.farsight.testkit.compute;

import static dev.farsight.api.compute.SummedBags.ALL_RANKS;
import static dev.farsight.api.compute.SummedBags.ROWS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.data.Batch;
import dev.farsight.api.table.RowFormat.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of steps that exchange sums of bags. A part of {@link ShardedStepContract}. */
abstract class SummedStepCases extends ColumnStepCases {

  /**
   * Whether the backend exchanges sums of bags, as {@link
   * dev.farsight.api.compute.ComputeFactory#exchangesSums} tells.
   */
  protected boolean exchangesSums() {
    return true;
  }

  private void assumeSums(int ranks) {
    Assumptions.assumeTrue(exchangesSums(), "this backend does not exchange sums of bags");
    Assumptions.assumeTrue(ranks <= mostRanks(), "this backend does not have so many devices here");
  }

  /** Ways to exchange the tables of {@link BagContract#BAGS}; the last two take maxima. */
  private static List<int[]> ways(int ranks) {
    return List.of(
        new int[] {ALL_RANKS, ALL_RANKS, ALL_RANKS, ROWS, ROWS},
        new int[] {ROWS, ranks - 1, ALL_RANKS, ROWS, ROWS},
        new int[] {0, ROWS, ranks - 1, ROWS, ROWS});
  }

  private static RowPlacement placement(int ranks, long slotSeed) {
    return RowPlacement.sums(ranks, BAGS, ways(ranks).get(1), slotSeed);
  }

  @ParameterizedTest
  @CsvSource({"2, SGD", "3, ADAM"})
  void sumsFollowTheReference(int ranks, TestOptimizer optimizer) {
    assumeSums(ranks);
    for (int[] way : ways(ranks)) {
      var placement = RowPlacement.sums(ranks, BAGS, way, 31);
      try (var rig = rig(shape(SmallModel.DLRM, BAGS, optimizer.smooth(), placement))) {
        assertFollowsReference("sums " + Arrays.toString(way) + " on " + ranks, rig);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(SmallModel.class)
  void everyModelTakesSums(SmallModel model) {
    assumeSums(2);
    try (var rig = rig(shape(model, BAGS, ADAGRAD, placement(2, 32)))) {
      assertFollowsReference("sums for " + model, rig);
    }
  }

  /** Bags of one lookup, of all tables and of all ranks. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void oneHotFeaturesMayExchangeSums(int ranks) {
    assumeSums(ranks);
    int[] way = IntStream.generate(() -> ALL_RANKS).limit(ONE_HOT.tables().size()).toArray();
    way[0] = ranks - 1;
    var placement = RowPlacement.sums(ranks, ONE_HOT, way, 33);
    try (var rig = rig(shape(SmallModel.DLRM, ONE_HOT, ADAGRAD, placement))) {
      assertFollowsReference("one-hot sums on " + ranks, rig);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void rowsThatAreAddedUpMayHaveALargestNorm(int ranks) {
    assumeSums(ranks);
    var norms = MaxNorms.of(.4f, Float.POSITIVE_INFINITY, .3f, .5f, Float.POSITIVE_INFINITY);
    var placement = RowPlacement.sums(ranks, BAGS, ways(ranks).get(0), 34);
    var format = ADAGRAD.rows().rowFormat(DIM);
    try (var rig = rig(shape(SmallModel.DLRM, BAGS, format, ADAGRAD, norms, placement))) {
      assertFollowsReference("sums of rows with largest norms on " + ranks, rig);
    }
  }

  @Test
  void frozenRowsThatAreAddedUpStay() {
    assumeSums(2);
    var optimizer = TestOptimizer.ADAM.frozen();
    try (var rig = rig(shape(SmallModel.DLRM, BAGS, optimizer, placement(2, 35)))) {
      var before = rig.rows();
      assertFollowsReference("frozen sums", rig);
      assertThat(rig.rows()).usingRecursiveComparison().isEqualTo(before);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, ADAM", "3, ROWWISE_ADAGRAD"})
  void slotsAndNumbersChangeNoBitOfSums(int ranks, TestOptimizer optimizer) {
    assumeSums(ranks);
    assertSameBits(optimizer.rowFormat(DIM), optimizer.spec(), seed -> placement(ranks, seed));
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  void sumsOfHalfRowsAreThoseOfFloat32(Precision precision) {
    assumeSums(2);
    Assumptions.assumeTrue(hasHalfRows(), "not promised by this backend");
    for (int dim : new int[] {4, 7}) {
      assertRounded(precision, dim, TestOptimizer.ROWWISE_ADAGRAD, placement(2, 36));
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "3, 0"})
  void nothingIsUpdatedBySumsAfterALossThatIsNotFinite(int ranks, int poisonedRank) {
    assumeSums(ranks);
    try (var rig = rig(shape(SmallModel.DLRM, BAGS, ADAGRAD, placement(ranks, 37)))) {
      int[] counts = divided(ranks * 20, ranks);
      RandomBatches batches = rig.batches(231);
      Batch poisoned = batches.next(ranks * 20);
      poisoned.dense().put((poisonedRank * 20 + 3) * BAGS.denseWidth(), Float.NaN);
      rig.train(batches.next(ranks * 20), .02f, counts);
      float[] before = rig.everything();

      assertThat(rig.train(poisoned, .02f, counts)).isNaN();

      assertThat(rig.everything()).isEqualTo(before);
      rig.resume();
      assertFollowsReference("sums, resumed", rig);
    }
  }
}
