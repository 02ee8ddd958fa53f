package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.model.Model;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Features that look up several rows a sample, or none: every pooling, weights of lookups, shared
 * tables, largest norms of rows. Compared with {@link Float64Step} step by step, because two rows
 * of almost the same value may trade places under max pooling when errors add up.
 */
interface BagContract extends BackendUnderTest {

  /** Every kind of feature, one-hot ones between them; three tables are shared. */
  BatchSchema BAGS =
      schema(
          new int[] {7, 1, 60, 3, 30},
          new Feature("one", 0),
          Feature.bag("sum", 2, 5, Pooling.SUM),
          Feature.bag("weighted mean", 2, 4, Pooling.MEAN).withWeights(),
          Feature.bag("max", 4, 6, Pooling.MAX),
          new Feature("one weighted", 1, 1, 1, Pooling.SUM, true),
          Feature.bag("weighted sum", 3, 3, Pooling.SUM).withWeights(),
          Feature.bag("mean", 4, 5, Pooling.MEAN),
          new Feature("another one", 2),
          new Feature("three", 0, 3, 3, Pooling.SUM, false),
          Feature.bag("one or none", 3, 1, Pooling.MAX));

  /** Sums of several rows have larger errors than rows. */
  int TERMS = 4;

  /** A labelled schema of 5 dense features, with tables of these sizes. */
  static BatchSchema schema(int[] rows, Feature... features) {
    var tables = new ArrayList<Table>();
    for (int r : rows) {
      tables.add(new Table("t" + tables.size(), r));
    }
    return new BatchSchema(
        5, new TableSet(tables), List.of(features), RandomBatches.schema(0, 1).columns());
  }

  private ComputeRig rig(BatchSchema schema, Model model, TestOptimizer kind, int batchSize) {
    return new ComputeRig(
        backend(2), model, schema, DIM, batchSize, kind.spec(), ComputeRig.IN_ORDER);
  }

  @ParameterizedTest
  @EnumSource(SmallModel.class)
  default void bagsFollowTheReference(SmallModel model) {
    for (TestOptimizer kind : TestOptimizer.basic()) {
      try (ComputeRig rig = rig(BAGS, model, kind, 150)) {
        assertFollowsReference(rig, model + ", " + kind, 150, 7, 149, 1, 150, 64);
      }
    }
  }

  /** Evaluations and steps of these lengths. */
  private void assertFollowsReference(ComputeRig rig, String what, int... lengths) {
    RandomBatches batches = rig.batches(60);
    for (int s = 0; s < lengths.length; s++) {
      String when = String.format(Locale.ROOT, "%s, step %d", what, s);
      Batch batch = batches.next(lengths[s]);
      assertFollowsReference(rig, when, batch);
    }
  }

  private void assertFollowsReference(ComputeRig rig, String when, Batch batch) {
    Float64Step reference = rig.reference();
    float[] before = rig.everything();
    assertClose(when + ", logits", rig.evaluate(batch), reference.logits(batch), TERMS);
    assertThat(rig.everything()).as("%s: evaluated", when).isEqualTo(before);
    float loss = rig.train(batch, .02f);
    double expected = reference.train(batch, .02f);
    assertClose(when + ", loss", new float[] {loss}, new double[] {expected}, TERMS);
    assertSameModel(when, rig, reference, TERMS);
  }

  @ParameterizedTest
  @EnumSource(Pooling.class)
  default void everyPoolingOfBagsOfAnyLengthFollowsTheReference(Pooling pooling) {
    for (boolean weighted : new boolean[] {false, true}) {
      for (int[] lookups : new int[][] {{0, 1}, {1, 2}, {0, 7}, {40, 40}, {0, 33}}) {
        if (weighted && pooling == Pooling.MAX) {
          continue;
        }
        var feature = new Feature("bag", 0, lookups[0], lookups[1], pooling, weighted);
        String what = feature.toString();
        try (ComputeRig rig =
            rig(schema(new int[] {50}, feature), SmallModel.DLRM, TestOptimizer.SGD, 70)) {
          assertFollowsReference(rig, what, 70, 1, 33);
        }
      }
    }
  }

  /** Widths of rows: some are vectors of a device, some are not. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 16, 100, 128, 257})
  default void rowsOfBagsMayBeNarrowAndWide(int dim) {
    // With the default eps, a gradient that cancels to 1e-11 makes as large an update as any other.
    var adagrad = OptimizerSpec.of(new UpdateRule.RowwiseAdagrad(1e-4f, 0, 0));
    for (SmallModel model : new SmallModel[] {SmallModel.DLRM, SmallModel.CONCAT}) {
      try (var rig = new ComputeRig(backend(2), model, BAGS, dim, 40, adagrad, 1)) {
        double terms = TERMS * Math.sqrt(dim);
        RandomBatches batches = rig.batches(61);
        for (int s = 0; s < 2; s++) {
          Batch batch = batches.next(40 - s);
          Float64Step reference = rig.reference();
          float loss = rig.train(batch, .01f);
          double expected = reference.train(batch, .01f);
          String when = String.format(Locale.ROOT, "%s, step %d", model, s);
          assertClose(when, new float[] {loss}, new double[] {expected}, terms);
          assertSameModel(when, rig, reference, terms);
        }
      }
    }
  }

  @Test
  default void oneHotFeaturesMayShareTables() {
    BatchSchema schema =
        schema(
            new int[] {9, 40, 1},
            new Feature("a", 1),
            new Feature("b", 0),
            new Feature("c", 1),
            new Feature("d", 2),
            new Feature("e", 1));
    for (SmallModel model : SmallModel.values()) {
      try (ComputeRig rig = rig(schema, model, TestOptimizer.ROWWISE_ADAGRAD, 80)) {
        assertFollowsReference(rig, model.toString(), 80, 1, 79);
      }
    }
  }

  /** A batch in which no sample looks up any row, between others. */
  @Test
  default void allBagsMayBeEmpty() {
    BatchSchema schema =
        schema(
            new int[] {9, 40},
            Feature.bag("a", 1, 3, Pooling.SUM),
            Feature.bag("b", 0, 2, Pooling.MAX),
            Feature.bag("c", 1, 4, Pooling.MEAN).withWeights());
    try (ComputeRig rig = rig(schema, SmallModel.DLRM, TestOptimizer.SGD, 30)) {
      RandomBatches batches = rig.batches(62);
      for (int samples : new int[] {30, 30, 1, 7}) {
        Batch empty = batches.next(samples);
        for (int f = 0; f < schema.features().size(); f++) {
          Arrays.fill(empty.offsets(f), 0);
        }
        empty.samples(samples);
        assertThat(empty.lookups()).isZero();
        assertFollowsReference(rig, samples + " samples of empty bags", empty);
        assertFollowsReference(rig, samples + " samples after them", batches.next(samples));
      }
    }
  }

  /** Far more lookups of one row than a device sums at once. */
  @Test
  default void aRowMayHaveMostOfTheLookups() {
    BatchSchema schema =
        schema(
            new int[] {1, 2, 300},
            Feature.bag("a", 0, 50, Pooling.MEAN),
            Feature.bag("b", 1, 30, Pooling.MEAN).withWeights(),
            Feature.bag("c", 2, 20, Pooling.MEAN),
            Feature.bag("d", 1, 9, Pooling.MAX));
    for (TestOptimizer kind : TestOptimizer.values()) {
      try (ComputeRig rig = rig(schema, SmallModel.DLRM, kind, 700)) {
        assertFollowsReference(rig, kind.toString(), 700, 3, 699);
      }
    }
  }

  @Test
  default void maxOfEqualRowsTeachesTheFirst() {
    BatchSchema schema = schema(new int[] {6}, Feature.bag("bag", 0, 4, Pooling.MAX));
    try (ComputeRig rig = rig(schema, SmallModel.BAG_ALONE, TestOptimizer.SGD, 2)) {
      rig.writeRow(2, 1, 5, 3, -2);
      rig.writeRow(3, 1, 5, 2, -1);
      rig.writeRow(4, 1, 4, 3, -1);
      Batch batch = rig.batches(63).next(2);
      int[] indices = {3, 2, 4, 3, 2, 2};
      System.arraycopy(indices, 0, batch.indices(0), 0, indices.length);
      System.arraycopy(new int[] {0, 4, 6}, 0, batch.offsets(0), 0, 3);
      batch.samples(2);
      assertFollowsReference(rig, "ties", batch);
      assertThat(rig.rows().get(4L)).as("row that never comes first").startsWith(1, 4);
    }
  }

  @ParameterizedTest
  @EnumSource(Pooling.class)
  default void aRowThatIsNotANumberReachesTheLossAndNothingIsUpdated(Pooling pooling) {
    BatchSchema schema =
        schema(new int[] {6, 9}, Feature.bag("bag", 0, 3, pooling), new Feature("one", 1));
    try (ComputeRig rig = rig(schema, SmallModel.BAG_ALONE, TestOptimizer.SGD, 4)) {
      for (int position = 0; position < 3; position++) {
        Batch batch = rig.batches(64).next(1);
        for (int i = 0; i < 3; i++) {
          batch.indices(0)[i] = i;
        }
        batch.offsets(0)[1] = 3;
        batch.samples(1);
        var weights = rig.rows().get((long) position);
        rig.writeRow(position, Float.NaN, Float.NaN, Float.NaN, Float.NaN);
        float[] before = rig.everything();
        assertThat(rig.train(batch, .1f)).as("row at %d", position).isNaN();
        assertThat(rig.everything()).isEqualTo(before);
        rig.step.resume();
        rig.writeRow(position, weights);
      }
    }
  }

  @Test
  default void frozenRowsOfBagsStay() {
    var frozen = TestOptimizer.ROWWISE_ADAGRAD.frozen();
    try (var rig =
        new ComputeRig(backend(2), SmallModel.DLRM, BAGS, DIM, 60, frozen, ComputeRig.IN_ORDER)) {
      var rows = rig.rows();
      assertFollowsReference(rig, "frozen", 60, 3);
      assertThat(rig.rows()).usingRecursiveComparison().isEqualTo(rows);
    }
  }

  /** Rows are drawn between -.5 and .5, so that some are too long and some are not. */
  @ParameterizedTest
  @EnumSource(SmallModel.class)
  default void longRowsAreBroughtToTheLargestNormOfTheirTable(SmallModel model) {
    var norms = MaxNorms.of(.4f, Float.POSITIVE_INFINITY, .5f, 2, .3f);
    for (TestOptimizer kind : TestOptimizer.basic()) {
      try (ComputeRig rig = normed(BAGS, model, kind, norms)) {
        assertFollowsReference(rig, model + ", " + kind, 60, 60, 1, 59);
      }
    }
  }

  @Test
  default void oneHotRowsMayHaveALargestNorm() {
    var norms = MaxNorms.of(.4f, Float.POSITIVE_INFINITY, .5f, .1f);
    try (ComputeRig rig = normed(SCHEMA, SmallModel.DLRM, TestOptimizer.ROWWISE_ADAGRAD, norms)) {
      assertFollowsReference(rig, "one-hot", 60, 1, 33, 60);
    }
  }

  @Test
  default void rowsAreNotShortenedByAStepThatFails() {
    var norms = MaxNorms.of(.1f, .1f, .1f, .1f);
    try (ComputeRig rig = normed(SCHEMA, SmallModel.DLRM, TestOptimizer.SGD, norms)) {
      Batch poisoned = rig.batches(65).next(32);
      poisoned.dense().put(2, Float.NaN);
      float[] before = rig.everything();
      assertThat(rig.train(poisoned, .02f)).isNaN();
      assertThat(rig.everything()).isEqualTo(before);
      rig.step.resume();
      assertFollowsReference(rig, "after the step that failed", 32);
    }
  }

  private ComputeRig normed(BatchSchema schema, Model model, TestOptimizer kind, MaxNorms norms) {
    var optimizer = kind.spec();
    return new ComputeRig(
        backend(2), model, schema, DIM, 60, optimizer, norms, ComputeRig.IN_ORDER);
  }

  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  default void slotsDoNotChangeABitOfBags(TestOptimizer kind) {
    float[] expected = trainBags(2, kind, ComputeRig.IN_ORDER);
    assertThat(trainBags(2, kind, 3)).isEqualTo(expected);
    assertThat(trainBags(2, kind, ComputeRig.IN_ORDER)).as("once more").isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  default void threadsDoNotChangeABitOfBags(TestOptimizer kind) {
    assumeBitExactThreads();
    float[] expected = trainBags(1, kind, ComputeRig.IN_ORDER);
    for (int threads : new int[] {2, 3, 8}) {
      assertThat(trainBags(threads, kind, ComputeRig.IN_ORDER))
          .as("%d threads", threads)
          .isEqualTo(expected);
    }
  }

  /** Losses, dense parameters and rows after training with batches of several lengths. */
  private float[] trainBags(int threads, TestOptimizer kind, long slotOrder) {
    var norms = MaxNorms.of(1, Float.POSITIVE_INFINITY, .9f, 2, Float.POSITIVE_INFINITY);
    var optimizer = kind.spec();
    try (var rig =
        new ComputeRig(
            backend(threads), SmallModel.DLRM, BAGS, 16, 700, optimizer, norms, slotOrder)) {
      RandomBatches batches = rig.batches(66);
      int[] lengths = {700, 333, 1, 699};
      var losses = new float[lengths.length];
      for (int s = 0; s < lengths.length; s++) {
        losses[s] = rig.train(batches.next(lengths[s]), .03f);
      }
      float[] model = rig.everything();
      var all = Arrays.copyOf(losses, losses.length + model.length);
      System.arraycopy(model, 0, all, losses.length, model.length);
      return all;
    }
  }
}
