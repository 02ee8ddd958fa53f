package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tape;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Float64StepTest {

  private static final BatchSchema SCHEMA = RandomBatches.schema(3, 5, 2);
  private static final double STEP = 1e-6;

  private static Float64Step step(SmallModel model, OptimizerSpec optimizer) {
    return step(SCHEMA, model, optimizer);
  }

  private static Float64Step step(BatchSchema schema, SmallModel model, OptimizerSpec optimizer) {
    var tape = new Tape(schema, 4);
    var step = new Float64Step(tape.finish(model.logits(tape)), optimizer);
    var random = new Random(3);
    step.dense()
        .forEach(
            (name, values) -> {
              if (!name.endsWith(".adagrad")) {
                fill(values, random);
              }
            });
    for (long id = 0; id < schema.tables().rows(); id++) {
      var row = new double[optimizer.rows().rowFormat(4).words()];
      fill(row, random);
      for (int s = 4; s < row.length; s++) {
        row[s] = .25;
      }
      step.rows().put(id, row);
    }
    return step;
  }

  private static void fill(double[] values, Random random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextDouble() - .5;
    }
  }

  private static Batch batch(int samples) {
    return new RandomBatches(SCHEMA, samples, HostBuffers.plain(), 4).next(samples);
  }

  @ParameterizedTest
  @EnumSource(SmallModel.class)
  void gradientsAreDifferencesOfTheLoss(SmallModel model) {
    Float64Step step = step(model, TestOptimizer.SGD.spec());
    Batch batch = batch(9);
    Float64Gradients gradients = step.gradients(batch);
    assertThat(gradients.loss()).isEqualTo(step.trainingLoss(batch));
    assertThat(gradients.dense().keySet()).isEqualTo(step.dense().keySet());
    gradients
        .dense()
        .forEach((name, g) -> assertDifferences(name, step, batch, step.dense().get(name), g));
    gradients
        .rows()
        .forEach((id, g) -> assertDifferences("row " + id, step, batch, step.rows().get(id), g));
  }

  @ParameterizedTest
  @EnumSource(SmallModel.class)
  void gradientsOfBagsAreDifferencesOfTheLoss(SmallModel model) {
    Float64Step step = step(BagContract.BAGS, model, TestOptimizer.SGD.spec());
    Batch batch = new RandomBatches(BagContract.BAGS, 9, HostBuffers.plain(), 5).next(9);
    Float64Gradients gradients = step.gradients(batch);
    gradients
        .rows()
        .forEach((id, g) -> assertDifferences("row " + id, step, batch, step.rows().get(id), g));
  }

  /** Pooled by hand: rows (1, -4), (3, -5) and (3, 2). */
  @Test
  void poolingByHand() {
    var rows = Map.of(0L, new double[] {1, -4}, 1L, new double[] {3, -5}, 2L, new double[] {3, 2});
    List<Lookup> lookups =
        List.of(new Lookup(7, 3, 0, 1), new Lookup(8, 3, 1, 1), new Lookup(9, 3, 2, 1));
    List<Lookup> weighted =
        List.of(new Lookup(7, 3, 0, 2), new Lookup(8, 3, 1, 0), new Lookup(9, 3, 2, -.5));
    assertThat(new Float64Pooling(Pooling.SUM, lookups, rows, 2).pooled()).containsExactly(7, -7);
    assertThat(new Float64Pooling(Pooling.SUM, weighted, rows, 2).pooled()).containsExactly(.5, -9);
    assertThat(new Float64Pooling(Pooling.MEAN, weighted, rows, 2).pooled())
        .containsExactly(new double[] {.5 / 3, -3}, within(1e-15));
    assertThat(new Float64Pooling(Pooling.MAX, lookups, rows, 2).pooled()).containsExactly(3, 2);
    assertThat(new Float64Pooling(Pooling.MAX, List.of(), rows, 2).pooled()).containsExactly(0, 0);
    var gradients = new Float64Gradients(0, Map.of(), new TreeMap<>());
    new Float64Pooling(Pooling.MAX, lookups, rows, 2)
        .addGradients(new double[] {10, 20}, gradients);
    assertThat(gradients.rows().get(1L)).as("the first of equal ones").containsExactly(10, 0);
    assertThat(gradients.rows().get(2L)).containsExactly(0, 20);
  }

  /** Rows (3, 4, 0, 0) and (.3, .4, 0, 0) of a table whose largest norm is 1. */
  @Test
  void largestNormByHand() {
    var schema = BagContract.schema(new int[] {2}, new Feature("f", 0));
    var tape = new Tape(schema, 4);
    tape.finish(SmallModel.BAG_ALONE.logits(tape));
    var step = new Float64Step(tape, TestOptimizer.SGD.spec(), MaxNorms.of(1));
    step.dense().put("only.weight", new double[] {1, 1, 1, 1});
    step.rows().put(0L, new double[] {3, 4, 0, 0});
    step.rows().put(1L, new double[] {.3, .4, 0, 0});
    Batch batch = new RandomBatches(schema, 2, HostBuffers.plain(), 1).next(2);
    batch.indices(0)[0] = 0;
    batch.indices(0)[1] = 1;
    assertThat(step.logits(batch)).containsExactly(new double[] {1.4, .7}, within(1e-6));
    assertThat(step.rows().get(0L)).as("not stored").containsExactly(3, 4, 0, 0);
    step.train(batch, 0);
    assertThat(step.rows().get(0L))
        .as("stored")
        .containsExactly(new double[] {.6, .8, 0, 0}, within(1e-6));
    assertThat(step.rows().get(1L)).containsExactly(.3, .4, 0, 0);
  }

  /** Also where samples have weights; and the loss is their weighted mean. */
  @Test
  void weightedGradientsAreDifferencesOfTheWeightedLoss() {
    Float64Step step = step(SmallModel.DLRM, TestOptimizer.SGD.spec());
    var schema = RandomBatches.weighted(SCHEMA);
    Batch batch = new RandomBatches(schema, 9, HostBuffers.plain(), 4).next(9);
    batch.weights().put(0, 0);
    double[] logits = step.logits(batch);
    double sum = 0;
    double weights = 0;
    for (int s = 0; s < 9; s++) {
      double p = 1 / (1 + Math.exp(-logits[s]));
      sum -= batch.weights().get(s) * Math.log(batch.labels().get(s) == 1 ? p : 1 - p);
      weights += batch.weights().get(s);
    }
    assertThat(step.loss(batch)).isCloseTo(sum / weights, within(1e-12));
    Float64Gradients gradients = step.gradients(batch);
    gradients
        .dense()
        .forEach((name, g) -> assertDifferences(name, step, batch, step.dense().get(name), g));
    gradients
        .rows()
        .forEach((id, g) -> assertDifferences("row " + id, step, batch, step.rows().get(id), g));
  }

  private static void assertDifferences(
      String what, Float64Step step, Batch batch, double[] values, double[] gradient) {
    for (int i = 0; i < gradient.length; i++) {
      double value = values[i];
      values[i] = value + STEP;
      double above = step.trainingLoss(batch);
      values[i] = value - STEP;
      double below = step.trainingLoss(batch);
      values[i] = value;
      double difference = (above - below) / (2 * STEP);
      assertThat(gradient[i]).as("%s [%d]", what, i).isCloseTo(difference, within(1e-8));
    }
  }

  @Test
  void lossIsBinaryCrossEntropyOfTheSigmoid() {
    Float64Step step = step(SmallModel.DLRM, TestOptimizer.SGD.spec());
    Batch batch = batch(9);
    double[] logits = step.logits(batch);
    double sum = 0;
    for (int s = 0; s < 9; s++) {
      double p = 1 / (1 + Math.exp(-logits[s]));
      sum -= Math.log(batch.labels().get(s) == 1 ? p : 1 - p);
    }
    assertThat(step.loss(batch)).isCloseTo(sum / 9, within(1e-12));
  }

  /** A model small enough for pencil and paper: logit = bias + w . row, one sample, label 1. */
  @Test
  void rowwiseAdagradByHand() {
    BatchSchema schema = RandomBatches.schema(0, 1);
    var tape = new Tape(schema, 2);
    tape.finish(tape.linear("l", tape.embeddingBag(), 1, Op.Activation.NONE));
    var step = new Float64Step(tape, OptimizerSpec.of(new UpdateRule.RowwiseAdagrad(.125f, 0, 0)));
    step.dense().get("l.weight")[0] = 3;
    step.dense().get("l.weight")[1] = -4;
    step.rows().put(0L, new double[] {4, 3, .75});
    var batch = new Batch(schema, 1, HostBuffers.plain());
    batch.samples(1);
    batch.labels().put(0, 1);

    assertThat(step.train(batch, .1)).isCloseTo(Math.log(2), within(1e-15));

    // p - y = -1/2: the row's gradient is (-1.5, 2), its mean square 3.125.
    double root = Math.sqrt(.75 + 3.125) + .125;
    assertThat(step.rows().get(0L))
        .containsExactly(new double[] {4 + .15 / root, 3 - .2 / root, .75 + 3.125}, within(1e-15));
    assertThat(step.dense().get("l.weight"))
        .containsExactly(new double[] {3 + .1 * 2 / 2.125, -4 + .1 * 1.5 / 1.625}, within(1e-15));
    assertThat(step.dense().get("l.weight.adagrad")).containsExactly(4, 2.25);
    assertThat(step.dense().get("l.bias")[0]).isCloseTo(.1 * .5 / .625, within(1e-15));
  }

  @Test
  void sgdByHand() {
    BatchSchema schema = RandomBatches.schema(1, 1);
    var tape = new Tape(schema, 1);
    tape.finish(tape.linear("l", tape.dense(), 1, Op.Activation.NONE));
    var step = new Float64Step(tape, TestOptimizer.SGD.spec());
    step.rows().put(0L, new double[] {5});
    var batch = new Batch(schema, 2, HostBuffers.plain());
    batch.samples(2);
    batch.dense().put(0, 2).put(1, 6);
    batch.labels().put(0, 1).put(1, 0);

    step.train(batch, .1);

    assertThat(step.dense().get("l.weight")[0]).isCloseTo(-.1 * (-1 + 3) / 2, within(1e-15));
    assertThat(step.dense().get("l.bias")[0]).isZero();
    assertThat(step.rows().get(0L)).containsExactly(5);
  }

  @Test
  void frozenRowsStay() {
    Float64Step step = step(SmallModel.DLRM, TestOptimizer.ROWWISE_ADAGRAD.frozen());
    double[] row = step.rows().get(0L).clone();
    double bias = step.dense().get("top.1.bias")[0];
    step.train(batch(9), .1);
    assertThat(step.rows().get(0L)).isEqualTo(row);
    assertThat(step.dense().get("top.1.bias")[0]).isNotEqualTo(bias);
  }
}
