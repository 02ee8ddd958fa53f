package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.OptimizerSpec;
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
import java.util.Set;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of steps of several ranks have in common, and what a backend tells them. */
abstract class ShardedStepCases {

  static final OptimizerSpec SGD = TestOptimizer.SGD.spec();
  static final OptimizerSpec ADAGRAD = TestOptimizer.ROWWISE_ADAGRAD.spec();
  static final BatchSchema ONE_HOT = BackendUnderTest.SCHEMA;
  static final BatchSchema BAGS = BagContract.BAGS;
  static final int DIM = BackendUnderTest.DIM;

  /** Samples of a full batch of one rank: two tiles, the second not full. */
  static final int BATCH = 70;

  /** Of a hundred rows. */
  static final int REPLICATED = 20;

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

  ShardedRig rig(ShardedRig.Shape shape) {
    int ranks = shape.placement().ranks();
    Assumptions.assumeTrue(ranks <= mostRanks(), "this backend does not have so many devices here");
    return new ShardedRig(shape, this::open, connect(ranks));
  }

  static ShardedRig.Shape shape(
      int ranks, Model model, BatchSchema schema, OptimizerSpec optimizer) {
    int rows = (int) schema.tables().rows();
    return shape(model, schema, optimizer, RowPlacement.random(ranks, rows, REPLICATED, 1, 2));
  }

  static ShardedRig.Shape shape(
      Model model, BatchSchema schema, OptimizerSpec optimizer, RowPlacement placement) {
    var norms = MaxNorms.none(schema.tables().size());
    return shape(model, schema, optimizer.rows().rowFormat(DIM), optimizer, norms, placement);
  }

  static ShardedRig.Shape shape(
      Model model,
      BatchSchema schema,
      RowFormat format,
      OptimizerSpec optimizer,
      MaxNorms norms,
      RowPlacement placement) {
    return new ShardedRig.Shape(model, schema, format, BATCH, optimizer, norms, placement, 3);
  }

  /** Sums of several rows have larger errors than rows. */
  Closeness closeness() {
    return new Closeness(BagContract.TERMS * tolerance());
  }

  /** How many samples each rank has of some batches: full, shorter, and none on some ranks. */
  static List<int[]> divisions(int ranks) {
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

  static int sum(int[] counts) {
    return Arrays.stream(counts).sum();
  }

  /** An evaluation and a step for each division. */
  void assertFollowsReference(String what, ShardedRig rig) {
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

  void assertLoss(String what, float actual, double expected) {
    closeness().assertClose(what + " loss", new float[] {actual}, new double[] {expected}, 1);
  }

  static int[] divided(int samples, int ranks) {
    var counts = new int[ranks];
    for (int s = 0; s < samples; s++) {
      counts[s % ranks]++;
    }
    return counts;
  }

  /** Neither slots, nor the order of arrival, nor the numbers of owned rows change a bit. */
  void assertSameBits(
      RowFormat format, OptimizerSpec optimizer, LongFunction<RowPlacement> placements) {
    var norms = MaxNorms.of(.4f, 1, Float.POSITIVE_INFINITY, .5f, .6f);
    List<float[]> results = new ArrayList<>();
    for (long seed = 10; seed < 13; seed++) {
      var placement = placements.apply(seed);
      var shape =
          new ShardedRig.Shape(
              SmallModel.DROPOUT, BAGS, format, BATCH, optimizer, norms, placement, seed);
      try (var rig = rig(shape)) {
        RandomBatches batches = rig.batches(210);
        for (int[] counts : divisions(rig.ranks())) {
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

  void assertRounded(
      Precision precision, int dim, TestOptimizer optimizer, RowPlacement placement) {
    String what = "%s of %d, %s".formatted(precision, dim, optimizer);
    var norms = MaxNorms.of(.4f, Float.POSITIVE_INFINITY, .3f, .5f, Float.POSITIVE_INFINITY);
    var spec = optimizer.spec();
    var state = spec.rows().rowState(dim);
    var halves = new RowFormat(dim, precision, state);
    var floats = RowFormat.fp32(dim, state);
    try (var half = rig(shape(SmallModel.CONCAT, BAGS, halves, spec, norms, placement));
        var full = rig(shape(SmallModel.CONCAT, BAGS, floats, spec, norms, placement))) {
      RandomBatches batches = half.batches(250);
      for (int[] counts : divisions(placement.ranks())) {
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

  static void round(float[] row, int dim, Precision precision, long key) {
    for (int d = 0; d < dim; d++) {
      short half = HalfPrecision.stochastic(precision, row[d], CounterRandom.bits(key, d));
      row[d] = HalfPrecision.widen(precision, half);
    }
  }

  /** How many weights have the largest number of fp16. */
  static int saturated(ShardedRig rig, int dim) {
    int beyond = 0;
    for (float[] row : rig.rows().values()) {
      for (int d = 0; d < dim; d++) {
        beyond += Math.abs(row[d]) >= 65504 ? 1 : 0;
      }
    }
    return beyond;
  }
}
