package dev.farsight.testkit.compute;

import static dev.farsight.api.model.Op.Activation.NONE;
import static dev.farsight.api.model.Op.Activation.RELU;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A logit is a function of weights and its sample: other samples change no bit of it. */
interface LogitContract extends BackendUnderTest {

  int SCORED = 300;

  /** Layers wider than the blocks that products are cut into. */
  private static Tensor wide(Tape tape) {
    Tensor bag = tape.embeddingBag();
    Tensor x = tape.linear("bottom.0", tape.dense(), 130, RELU);
    x = tape.linear("bottom.1", x, bag.width(), RELU);
    x = tape.linear("top.0", tape.pairwise(x, bag), 300, RELU);
    x = tape.linear("top.1", x, 70, RELU);
    return tape.linear("top.2", x, 1, NONE);
  }

  @ParameterizedTest
  @EnumSource(SmallModel.class)
  default void logitsDependOnTheirSampleAlone(SmallModel model) {
    for (int dim : new int[] {4, 13, 16}) {
      BatchSchema schema = RandomBatches.schema(13, 2000, 1, 40, 3, 300, 17);
      try (ComputeRig rig = scoring(2, model, schema, dim, SCORED)) {
        assertSplitsAndOrdersAgree(rig, 31);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(SmallModel.class)
  default void logitsOfBagsDependOnTheirSampleAlone(SmallModel model) {
    for (int dim : new int[] {4, 13}) {
      try (ComputeRig rig = scoring(2, model, BagContract.BAGS, dim, SCORED)) {
        assertSplitsAndOrdersAgree(rig, 34);
      }
    }
  }

  /** Full batches of several sizes, as they are tiled in several ways. */
  @ParameterizedTest
  @ValueSource(ints = {300, 301, 517, 1100, 2048})
  default void logitsOfOneStepDoNotDependOnTheLengthOfItsBatches(int batchSize) {
    BatchSchema schema = RandomBatches.schema(13, 2000, 1, 40, 3, 300, 17, 9, 9, 800);
    try (ComputeRig rig = scoring(2, LogitContract::wide, schema, 16, batchSize)) {
      assertSplitsAndOrdersAgree(rig, batchSize);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  default void logitsDependOnTheirSampleAloneWithAnyNumberOfThreads(int threads) {
    assumeBitExactThreads();
    BatchSchema schema = RandomBatches.schema(13, 2000, 1, 40, 3, 300);
    try (ComputeRig rig = scoring(threads, LogitContract::wide, schema, 16, SCORED);
        ComputeRig single = scoring(1, LogitContract::wide, schema, 16, SCORED)) {
      assertSplitsAndOrdersAgree(rig, 32);
      Batch batch = rig.batches(33).next(SCORED);
      assertThat(rig.evaluate(batch)).isEqualTo(single.evaluate(batch));
    }
  }

  private ComputeRig scoring(int threads, Model model, BatchSchema schema, int dim, int batchSize) {
    var optimizer = TestOptimizer.SGD.spec();
    return new ComputeRig(
        backend(threads), model, schema, dim, batchSize, optimizer, ComputeRig.IN_ORDER);
  }

  private void assertSplitsAndOrdersAgree(ComputeRig rig, long seed) {
    Assumptions.assumeTrue(logitsDependOnTheirSampleAlone(), "not promised by this backend");
    var random = new Random(seed);
    Batch all = rig.batches(seed).next(SCORED);
    // Leaves other values behind in the padding, some of which are no numbers.
    Batch broken = rig.batches(seed + 1).next(rig.batchSize());
    for (int i = 0; i < broken.dense().capacity(); i++) {
      broken.dense().put(i, i % 3 == 0 ? Float.NaN : Float.POSITIVE_INFINITY);
    }
    rig.evaluate(broken);
    float[] expected = rig.evaluate(all);
    List<Integer> samples = new ArrayList<>(IntStream.range(0, SCORED).boxed().toList());
    for (int round = 0; round < 5; round++) {
      String when = "seed " + seed + " round " + round;
      for (int from = 0; from < SCORED; ) {
        int left = SCORED - from;
        int some = round == 0 ? 1 : 1 + random.nextInt(round == 1 ? Math.min(left, 9) : left);
        List<Integer> part = samples.subList(from, from + some);
        float[] logits = rig.evaluate(rig.select(all, part));
        for (int i = 0; i < some; i++) {
          assertThat(logits[i])
              .as("%s: sample %d as number %d of %d", when, part.get(i), i, some)
              .isEqualTo(expected[part.get(i)]);
        }
        from += some;
      }
      Collections.shuffle(samples, random);
    }
  }
}
