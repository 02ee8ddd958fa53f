package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.Model;
import dev.farsight.api.random.CounterRandom;
import dev.farsight.api.table.HalfPrecision;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.RowWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
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
public abstract class ShardedStepContract {

  private static final OptimizerSpec SGD = TestOptimizer.SGD.spec();
  private static final OptimizerSpec ADAGRAD = TestOptimizer.ROWWISE_ADAGRAD.spec();
  private static final BatchSchema ONE_HOT = BackendUnderTest.SCHEMA;
  private static final BatchSchema BAGS = BagContract.BAGS;
  private static final int DIM = BackendUnderTest.DIM;

  /** Samples of a full batch of one rank: two tiles, the second not full. */
  private static final int BATCH = 70;

  /** Of a hundred rows. */
  private static final int REPLICATED = 20;

  /** Opens the backend of a rank with one thread. The contract closes it. */
  protected abstract ComputeBackend open(int rank);

  /**
   * Connects a group; returns its ends by rank. The contract closes them. The default connects
   * threads of this JVM.
   */
  protected List<Collective> connect(int ranks) {
    return BarrierCollective.connect(ranks);
  }

  /** The most ranks that there can be; 3 are tested. */
  protected int mostRanks() {
    return 3;
  }

  /** As {@link ComputeBackendContract#tolerance}. */
  protected double tolerance() {
    return 1e-5;
  }

  /** As {@link ComputeBackendContract#logitsDependOnTheirSampleAlone}. */
  protected boolean logitsDependOnTheirSampleAlone() {
    return true;
  }

  /** As {@link HalfRowContract#hasHalfRows}. */
  protected boolean hasHalfRows() {
    return true;
  }

  @BeforeEach
  void assumeSeveralRanks() {
    Assumptions.assumeTrue(mostRanks() > 1, "this backend has one device here");
  }

  private ShardedRig rig(ShardedRig.Shape shape) {
    int ranks = shape.placement().ranks();
    Assumptions.assumeTrue(ranks <= mostRanks(), "this backend does not have so many devices here");
    return new ShardedRig(shape, this::open, connect(ranks));
  }

  private static ShardedRig.Shape shape(
      int ranks, Model model, BatchSchema schema, OptimizerSpec optimizer) {
    int rows = (int) schema.tables().rows();
    return shape(model, schema, optimizer, RowPlacement.random(ranks, rows, REPLICATED, 1, 2));
  }

  private static ShardedRig.Shape shape(
      Model model, BatchSchema schema, OptimizerSpec optimizer, RowPlacement placement) {
    var norms = MaxNorms.none(schema.tables().size());
    return shape(model, schema, optimizer.rows().rowFormat(DIM), optimizer, norms, placement);
  }

  private static ShardedRig.Shape shape(
      Model model,
      BatchSchema schema,
      RowFormat format,
      OptimizerSpec optimizer,
      MaxNorms norms,
      RowPlacement placement) {
    return new ShardedRig.Shape(model, schema, format, BATCH, optimizer, norms, placement, 3);
  }

  /** Sums of several rows have larger errors than rows. */
  private Closeness closeness() {
    return new Closeness(BagContract.TERMS * tolerance());
  }

  /** How many samples each rank has of some batches: full, shorter, and none on some ranks. */
  private static List<int[]> divisions(int ranks) {
    var full = new int[ranks];
    Arrays.fill(full, BATCH);
    var one = new int[ranks];
    one[ranks - 1] = 1;
    var first = new int[ranks];
    first[0] = BATCH - 1;
    var growing = new int[ranks];
    for (int rank = 0; rank < ranks; rank++) {
      growing[rank] = 1 + 30 * rank;
    }
    return List.of(full, one, growing, first, full);
  }

  private static int sum(int[] counts) {
    return Arrays.stream(counts).sum();
  }

  /** An evaluation and a step for each division. */
  private void assertFollowsReference(String what, ShardedRig rig) {
    RandomBatches batches = rig.batches(200);
    for (int[] counts : divisions(rig.ranks())) {
      Batch batch = batches.next(sum(counts));
      String when = what + ", samples " + Arrays.toString(counts);
      Float64Step reference = rig.reference();
      float[] logits = rig.evaluate(batch, counts);
      closeness().assertClose(when + ": logits", logits, reference.logits(batch), 1);
      assertLoss(when + ": evaluation", rig.evaluationLoss(), reference.loss(batch));

      float loss = rig.train(batch, .03f, .02f, counts);

      assertLoss(when, loss, reference.train(batch, .03f, .02f));
      closeness().assertSameModel(when, rig.dense(), rig.rows(), reference, 1);
    }
  }

  private void assertLoss(String what, float actual, double expected) {
    closeness().assertClose(what + " loss", new float[] {actual}, new double[] {expected}, 1);
  }

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
    var format = optimizer.rowFormat(DIM);
    var norms = MaxNorms.of(.4f, 1, Float.POSITIVE_INFINITY, .5f, .6f);
    List<float[]> results = new ArrayList<>();
    for (long seed = 10; seed < 13; seed++) {
      var placement = RowPlacement.random(ranks, rows, REPLICATED, 1, seed);
      var shape =
          new ShardedRig.Shape(
              SmallModel.DROPOUT, BAGS, format, BATCH, optimizer.spec(), norms, placement, seed);
      try (var rig = rig(shape)) {
        RandomBatches batches = rig.batches(210);
        for (int[] counts : divisions(ranks)) {
          Batch batch = batches.next(sum(counts));
          results.add(rig.evaluate(batch, counts));
          results.add(new float[] {rig.train(batch, .03f, counts)});
        }
        results.add(rig.everything());
      }
    }
    int each = results.size() / 3;
    for (int i = each; i < results.size(); i++) {
      assertThat(results.get(i)).as("result " + i % each).isEqualTo(results.get(i % each));
    }
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

  private static int[] divided(int samples, int ranks) {
    var counts = new int[ranks];
    for (int s = 0; s < samples; s++) {
      counts[s % ranks]++;
    }
    return counts;
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
        assertRounded(precision, dim, optimizer);
      }
    }
  }

  private void assertRounded(Precision precision, int dim, TestOptimizer optimizer) {
    String what = "%s of %d, %s".formatted(precision, dim, optimizer);
    var norms = MaxNorms.of(.4f, Float.POSITIVE_INFINITY, .3f, .5f, Float.POSITIVE_INFINITY);
    var placement = RowPlacement.random(2, (int) BAGS.tables().rows(), REPLICATED, 8, 9);
    var spec = optimizer.spec();
    var state = spec.rows().rowState(dim);
    var halves = new RowFormat(dim, precision, state);
    var floats = RowFormat.fp32(dim, state);
    try (var half = rig(shape(SmallModel.CONCAT, BAGS, halves, spec, norms, placement));
        var full = rig(shape(SmallModel.CONCAT, BAGS, floats, spec, norms, placement))) {
      RandomBatches batches = half.batches(250);
      for (int[] counts : divisions(2)) {
        full.writeRows(half.rows().values().toArray(float[][]::new));
        Batch batch = batches.next(sum(counts));
        assertThat(half.evaluate(batch, counts)).as(what).isEqualTo(full.evaluate(batch, counts));

        float loss = half.train(batch, .05f, counts);

        assertThat(loss).as(what).isEqualTo(full.train(batch, .05f, counts));
        assertThat(half.dense()).as(what).usingRecursiveComparison().isEqualTo(full.dense());
        var exact = full.rows();
        Set<Long> lookedUp = Lookup.byRow(batch).keySet();
        half.rows()
            .forEach(
                (id, row) -> {
                  float[] expected = exact.get(id);
                  if (lookedUp.contains(id)) {
                    round(expected, dim, precision, RowWeights.key(half.stepKey(), id));
                  }
                  assertThat(row).as(what + ": row " + id).isEqualTo(expected);
                });
      }
    }
  }

  private static void round(float[] row, int dim, Precision precision, long key) {
    for (int d = 0; d < dim; d++) {
      short half = HalfPrecision.stochastic(precision, row[d], CounterRandom.bits(key, d));
      row[d] = HalfPrecision.widen(precision, half);
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
      int beyond = 0;
      for (float[] row : rig.rows().values()) {
        for (int d = 0; d < DIM; d++) {
          beyond += Math.abs(row[d]) >= 65504 ? 1 : 0;
        }
      }
      assertThat(beyond).isPositive();
      assertThat(rig.saturated()).isEqualTo(beyond);
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
