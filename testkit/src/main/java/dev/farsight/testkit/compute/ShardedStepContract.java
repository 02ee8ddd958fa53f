package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.data.Batch;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a backend must do that has several devices: its part of a step that several ranks share, as
 * {@link dev.farsight.api.compute.RowExchange} defines it. Compared with {@link Float64Step}, which
 * takes the whole batch alone. Extend it in the backend's module:
 *
 * <pre>
 * class MyShardedStepTest extends ShardedStepContract {
 *   &#64;Override
 *   protected ComputeBackend open(int rank) {
 *     return new MyBackend(rank);
 *   }
 * }
 * </pre>
 *
 * <p>All calls for a rank, {@link #open} included, come from one thread of its own. There are 2 and
 * 3 ranks, unless {@link #mostRanks} says otherwise; a backend may open them all on one device.
 */
public abstract class ShardedStepContract extends SummedStepCases {

  @ParameterizedTest
  @EnumSource(SmallModel.class)
  void everyModelFollowsTheReference(SmallModel model) {
    for (int ranks = 2; ranks <= Math.min(3, mostRanks()); ranks++) {
      try (var rig = rig(shape(ranks, model, BAGS, SGD))) {
        assertFollowsReference(model + " on " + ranks, rig);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  void everyOptimizerFollowsTheReference(TestOptimizer optimizer) {
    for (int ranks = 2; ranks <= Math.min(3, mostRanks()); ranks++) {
      for (var schema : List.of(ONE_HOT, BAGS)) {
        try (var rig = rig(shape(ranks, SmallModel.DLRM, schema, optimizer.smooth()))) {
          assertFollowsReference(optimizer + " on " + ranks, rig);
        }
      }
    }
  }

  @Test
  void frozenRowsStay() {
    try (var rig = rig(shape(2, SmallModel.DLRM, BAGS, TestOptimizer.ADAM.frozen()))) {
      var before = rig.rows();
      assertFollowsReference("frozen", rig);
      assertThat(rig.rows()).usingRecursiveComparison().isEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void samplesMayHaveWeights(int ranks) {
    try (var rig = rig(shape(ranks, SmallModel.DLRM, RandomBatches.weighted(BAGS), SGD))) {
      assertFollowsReference("weighted samples on " + ranks, rig);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 0", "2, 100", "3, 0", "3, 50", "3, 100"})
  void rowsMayBeReplicatedOrNot(int ranks, int replicated) {
    int rows = (int) BAGS.tables().rows();
    var placement = RowPlacement.random(ranks, rows, replicated, 4, 5);
    try (var rig = rig(shape(SmallModel.DLRM, BAGS, ADAGRAD, placement))) {
      assertFollowsReference(replicated + " % replicated on " + ranks, rig);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 0", "2, 1", "3, 1"})
  void allRowsMayBelongToOneRank(int ranks, int owner) {
    var placement = RowPlacement.allOn(owner, ranks, (int) ONE_HOT.tables().rows());
    try (var rig = rig(shape(SmallModel.DLRM, ONE_HOT, ADAGRAD, placement))) {
      assertFollowsReference("all on rank " + owner + " of " + ranks, rig);
    }
  }

  /** The rank that computes with a row and the one that updates it bring it to the same norm. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void rowsMayHaveALargestNorm(int ranks) {
    var norms = MaxNorms.of(.4f, Float.POSITIVE_INFINITY, .3f, .5f, Float.POSITIVE_INFINITY);
    int rows = (int) BAGS.tables().rows();
    var placement = RowPlacement.random(ranks, rows, REPLICATED, 6, 7);
    var format = ADAGRAD.rows().rowFormat(DIM);
    try (var rig = rig(shape(SmallModel.DLRM, BAGS, format, ADAGRAD, norms, placement))) {
      assertFollowsReference("largest norms on " + ranks, rig);
    }
  }

  /** Neither slots, nor the order of arrival, nor the numbers of owned rows change a bit. */
  @ParameterizedTest
  @CsvSource({"2, SGD", "2, ADAM", "3, ROWWISE_ADAGRAD"})
  void slotsAndNumbersChangeNoBit(int ranks, TestOptimizer optimizer) {
    int rows = (int) BAGS.tables().rows();
    assertSameBits(
        optimizer.rowFormat(DIM),
        optimizer.spec(),
        seed -> RowPlacement.random(ranks, rows, REPLICATED, 1, seed));
  }

  @ParameterizedTest
  @EnumSource(SmallModel.class)
  void logitsAreThoseOfOneRank(SmallModel model) {
    Assumptions.assumeTrue(logitsDependOnTheirSampleAlone(), "not promised by this backend");
    int ranks = Math.min(3, mostRanks());
    try (var rig = rig(shape(ranks, model, BAGS, ADAGRAD));
        var alone =
            new ComputeRig(
                open(0), model, BAGS, DIM, ranks * BATCH, ADAGRAD, ComputeRig.IN_ORDER)) {
      RandomBatches batches = rig.batches(220);
      rig.train(batches.next(9), .05f, divided(9, ranks));
      alone.writeDense(rig.dense());
      rig.rows().forEach(alone::writeRow);
      float[] before = rig.everything();
      for (int[] counts : divisions(ranks)) {
        Batch batch = batches.next(sum(counts));
        assertThat(rig.evaluate(batch, counts))
            .as(model + ", samples " + Arrays.toString(counts))
            .isEqualTo(alone.evaluate(batch));
      }
      assertThat(rig.everything()).as("after evaluations").isEqualTo(before);
    }
  }

  /** Of any rank; that steps go on is told by their losses. */
  @ParameterizedTest
  @CsvSource({"2, 0", "2, 1", "3, 2"})
  void noRankUpdatesAfterALossThatIsNotFiniteUntilItIsResumed(int ranks, int poisonedRank) {
    for (OptimizerSpec optimizer : List.of(SGD, TestOptimizer.ADAM.spec())) {
      try (var rig = rig(shape(ranks, SmallModel.DLRM, BAGS, optimizer))) {
        int[] counts = divided(ranks * 20, ranks);
        RandomBatches batches = rig.batches(230);
        Batch poisoned = batches.next(ranks * 20);
        poisoned.dense().put((poisonedRank * 20 + 3) * BAGS.denseWidth(), Float.NaN);
        Batch healthy = batches.next(ranks * 20);
        rig.train(healthy, .02f, counts);
        float[] before = rig.everything();

        assertThat(rig.train(poisoned, .02f, counts)).isNaN();

        assertThat(rig.everything()).isEqualTo(before);
        double expected = rig.reference().loss(healthy);
        assertLoss("a step that was not resumed", rig.train(healthy, .02f, counts), expected);
        assertThat(rig.everything()).as("after it").isEqualTo(before);

        rig.resume();
        Float64Step reference = rig.reference();
        rig.train(healthy, .02f, counts);
        reference.train(healthy, .02f);
        closeness().assertSameModel("resumed", rig.dense(), rig.rows(), reference, 1);
      }
    }
  }

  /** Ranks are given steps before the loss of earlier ones is seen. */
  @Test
  void stepsGivenAfterALossThatIsNotFiniteUpdateNothing() {
    int[] counts = {20, 30};
    try (var rig = rig(shape(2, SmallModel.DLRM, BAGS, ADAGRAD));
        var expected = rig(shape(2, SmallModel.DLRM, BAGS, ADAGRAD))) {
      List<List<StepInput>> inputs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        inputs.add(rig.newInputs());
      }
      for (int round = 1; round <= 3; round++) {
        int failing = 1 + round % 2;
        RandomBatches batches = rig.batches(240 + round);
        List<Ticket> tickets = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
          Batch batch = batches.next(50);
          if (i < failing) {
            expected.train(batch, .02f, counts);
          } else if (i == failing) {
            batch.dense().put(40 * BAGS.denseWidth(), Float.NaN);
          }
          tickets.addAll(rig.trainInto(inputs.get(i), batch, .02f, .02f, counts));
        }
        tickets.forEach(Ticket::await);
        rig.resume();
        assertThat(ShardedRig.loss(inputs.get(failing))).isNaN();
        assertThat(ShardedRig.loss(inputs.get(failing - 1))).isFinite();
        assertThat(rig.everything()).as("round " + round).isEqualTo(expected.everything());
      }
    }
  }

  /** Rows of 16 bits are sent as they are computed with, and rounded by their ids. */
  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  void halfRowsAreRoundedRowsOfFloat32(Precision precision) {
    Assumptions.assumeTrue(hasHalfRows(), "not promised by this backend");
    for (var optimizer : List.of(TestOptimizer.ROWWISE_ADAGRAD, TestOptimizer.ADAM)) {
      for (int dim : new int[] {4, 7}) {
        int rows = (int) BAGS.tables().rows();
        assertRounded(precision, dim, optimizer, RowPlacement.random(2, rows, REPLICATED, 8, 9));
      }
    }
  }

  /** Each rank counts in its own slots, and rank 0 alone in those of replicated rows. */
  @ParameterizedTest
  @ValueSource(ints = {0, REPLICATED, 100})
  void weightsThatSaturateAreCountedOnce(int replicated) {
    Assumptions.assumeTrue(hasHalfRows(), "not promised by this backend");
    var format = new RowFormat(DIM, Precision.FP16, SGD.rows().rowState(DIM));
    int rows = (int) ONE_HOT.tables().rows();
    var placement = RowPlacement.random(2, rows, replicated, 8, 9);
    var norms = MaxNorms.none(ONE_HOT.tables().size());
    try (var rig = rig(shape(SmallModel.BAG_ALONE, ONE_HOT, format, SGD, norms, placement))) {
      rig.train(rig.batches(260).next(60), 1e9f, 0, new int[] {40, 20});
      assertThat(rig.saturated()).isEqualTo(saturated(rig, DIM)).isPositive();
    }
  }

  /** Over many steps of random lengths, other placements and models, as far as float32 carries. */
  @Test
  void manyStepsFollowTheReference() {
    long seed = new Random().nextLong();
    int ranks = Math.min(3, mostRanks());
    int rows = (int) ONE_HOT.tables().rows();
    var placement = RowPlacement.random(ranks, rows, REPLICATED, seed, seed);
    var random = new Random(seed);
    try (var rig = rig(shape(SmallModel.DLRM, ONE_HOT, ADAGRAD, placement))) {
      RandomBatches batches = rig.batches(seed);
      for (int step = 1; step <= 60; step++) {
        var counts = new int[ranks];
        for (int rank = 0; rank < ranks; rank++) {
          counts[rank] = random.nextInt(8) == 0 ? 0 : random.nextInt(40);
        }
        counts[random.nextInt(ranks)]++;
        Batch batch = batches.next(sum(counts));
        Float64Step reference = step % 10 == 1 ? rig.reference() : null;
        float loss = rig.train(batch, .01f, counts);
        if (reference != null) {
          String when = "seed " + seed + ", step " + step;
          assertLoss(when, loss, reference.train(batch, .01f));
          closeness().assertSameModel(when, rig.dense(), rig.rows(), reference, 1);
        }
      }
    }
  }
}
