package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Results that are a function of weights and batches alone, whatever happens on the lane. */
interface LaneContract extends BackendUnderTest {

  /** Long enough to be cut into several tiles or blocks. */
  int LONG_BATCH = 700;

  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  default void slotsDoNotChangeABit(TestOptimizer kind) {
    float[] expected = trainLongBatches(2, kind, ComputeRig.IN_ORDER);
    for (long order : new long[] {1, 2}) {
      assertThat(trainLongBatches(2, kind, order)).as("slot order %d", order).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  default void threadsDoNotChangeABit(TestOptimizer kind) {
    assumeBitExactThreads();
    float[] expected = trainLongBatches(1, kind, ComputeRig.IN_ORDER);
    for (int threads : new int[] {2, 3, 8}) {
      assertThat(trainLongBatches(threads, kind, ComputeRig.IN_ORDER))
          .as("%d threads", threads)
          .isEqualTo(expected);
    }
  }

  /** Losses, dense parameters and rows after training with batches of several lengths. */
  private float[] trainLongBatches(int threads, TestOptimizer kind, long slotOrder) {
    BatchSchema schema = RandomBatches.schema(13, 2000, 1, 40, 3, 300);
    try (var rig =
        new ComputeRig(
            backend(threads), SmallModel.DLRM, schema, 16, LONG_BATCH, kind.spec(), slotOrder)) {
      RandomBatches batches = rig.batches(20);
      int[] lengths = {LONG_BATCH, LONG_BATCH, 333, 1, LONG_BATCH - 1};
      var losses = new float[lengths.length];
      for (int s = 0; s < lengths.length; s++) {
        losses[s] = rig.train(batches.next(lengths[s]), .03f);
      }
      float[] model = rig.everything();
      var all = new float[losses.length + model.length];
      System.arraycopy(losses, 0, all, 0, losses.length);
      System.arraycopy(model, 0, all, losses.length, model.length);
      return all;
    }
  }

  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  default void rowsThatMoveBetweenStepsGoOnAsBefore(TestOptimizer kind) {
    long seed = 21;
    var random = new Random(seed);
    try (ComputeRig still = rig(SmallModel.DLRM, kind.spec());
        ComputeRig moving = rig(SmallModel.DLRM, kind.spec())) {
      RandomBatches batches = still.batches(seed);
      for (int s = 0; s < 12; s++) {
        Batch batch = batches.next(1 + random.nextInt(32));
        float expected = still.train(batch, .05f);
        assertThat(moving.train(batch, .05f)).as("seed %d step %d", seed, s).isEqualTo(expected);
        for (int spare = 0; spare < ComputeRig.SPARE_SLOTS; spare++) {
          moving.relocate(random.nextInt(moving.rowCount()), spare, random.nextBoolean());
        }
      }
      assertThat(moving.everything()).as("seed %d", seed).isEqualTo(still.everything());
    }
  }

  @Test
  default void severalInputsMayBeUnderWay() {
    OptimizerSpec adagrad = TestOptimizer.ROWWISE_ADAGRAD.spec();
    try (ComputeRig oneByOne = rig(SmallModel.DLRM, adagrad);
        ComputeRig atOnce = rig(SmallModel.DLRM, adagrad)) {
      RandomBatches batches = oneByOne.batches(22);
      List<StepInput> inputs =
          List.of(atOnce.newInput(), atOnce.newInput(), atOnce.newInput(), atOnce.newInput());
      for (int round = 0; round < 5; round++) {
        List<Ticket> tickets = new ArrayList<>();
        List<Float> expected = new ArrayList<>();
        for (StepInput input : inputs) {
          Batch batch = batches.next(20 + round);
          expected.add(oneByOne.train(batch, .05f));
          tickets.add(atOnce.trainInto(input, batch, .05f));
        }
        for (int i = inputs.size() - 1; i >= 0; i--) {
          tickets.get(i).await();
        }
        for (int i = 0; i < inputs.size(); i++) {
          float loss = inputs.get(i).loss().get(0);
          assertThat(loss).as("round %d input %d", round, i).isEqualTo(expected.get(i));
        }
      }
      assertThat(atOnce.everything()).isEqualTo(oneByOne.everything());
    }
  }

  @Test
  default void ticketsMayBeAwaitedElsewhere() throws InterruptedException {
    try (ComputeRig rig = rig(SmallModel.DLRM, TestOptimizer.SGD.spec())) {
      StepInput input = rig.newInput();
      input.loss().put(0, -1);
      Ticket ticket = rig.trainInto(input, rig.batches(23).next(32), .05f);
      var seen = new float[] {-1};
      var waiter =
          new Thread(
              () -> {
                ticket.await();
                seen[0] = input.loss().get(0);
              });
      waiter.start();
      waiter.join();
      assertThat(seen[0]).isPositive();
    }
  }

  @Test
  default void backendsAreIndependentAndCanBeOpenedAgain() {
    OptimizerSpec sgd = TestOptimizer.SGD.spec();
    float[] expected;
    try (ComputeRig first = rig(SmallModel.DLRM, sgd);
        ComputeRig second = rig(SmallModel.DLRM, sgd)) {
      float[] untouched = second.everything();
      first.train(first.batches(24).next(32), .05f);
      expected = first.everything();
      assertThat(expected).isNotEqualTo(untouched);
      assertThat(second.everything()).isEqualTo(untouched);
    }
    try (ComputeRig third = rig(SmallModel.DLRM, sgd)) {
      third.train(third.batches(24).next(32), .05f);
      assertThat(third.everything()).isEqualTo(expected);
      assertThat(third.step.deviceBytes()).isNotNegative();
    }
    try (ComputeBackend unused = backend(3)) {
      assertThat(unused).isNotNull();
    }
  }
}
