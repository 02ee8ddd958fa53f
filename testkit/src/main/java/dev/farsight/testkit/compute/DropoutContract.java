package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.Batch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a step drops; that the values are right, {@link StepContract} tests. */
interface DropoutContract extends BackendUnderTest {

  @Test
  default void everyStepDropsOtherValuesAndTheSameStepTheSame() {
    try (ComputeRig rig = rig(SmallModel.DROPOUT, TestOptimizer.SGD.spec())) {
      Batch batch = rig.batches(90).next(32);
      List<Float> losses = new ArrayList<>();
      for (long step : new long[] {0, 1, 0, 1, 1L << 40}) {
        Float64Step reference = rig.reference();
        reference.step(step);
        rig.steps(step);
        losses.add(rig.train(batch, 0));
        assertClose(
            "loss of step " + step,
            new float[] {rig.loss()},
            new double[] {reference.trainingLoss(batch)},
            1);
      }
      assertThat(losses.get(2)).isEqualTo(losses.get(0));
      assertThat(losses.get(3)).isEqualTo(losses.get(1)).isNotEqualTo(losses.get(0));
      assertThat(losses.get(4)).isNotEqualTo(losses.get(0)).isNotEqualTo(losses.get(1));
    }
  }
}
