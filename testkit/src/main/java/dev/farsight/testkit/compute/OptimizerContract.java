package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.data.Batch;
import dev.farsight.api.table.RowFormat.StatePart;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every rule for rows and dense parameters, compared with {@link Float64Update}. */
interface OptimizerContract extends BackendUnderTest {

  /**
   * Each step starts from what the backend has, so that errors do not add up, and rounding has the
   * room of one step.
   */
  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  default void everyStepFollowsTheReference(TestOptimizer optimizer) {
    try (ComputeRig rig = rig(SmallModel.DLRM, optimizer.smooth())) {
      RandomBatches batches = rig.batches(80);
      for (int s = 1; s <= manySteps(); s++) {
        Batch batch = batches.next(s % 4 == 0 ? 1 + s % 32 : 32);
        Float64Step reference = rig.reference();
        float rowRate = s % 7 == 0 ? 0 : .03f;
        float loss = rig.train(batch, rowRate, .02f);
        double expected = reference.train(batch, rowRate, .02f);
        assertClose("loss of step " + s, new float[] {loss}, new double[] {expected}, 1);
        assertSameModel(optimizer + ", step " + s, rig, reference, 1);
      }
    }
  }

  /** As far as float32 carries: the reference is left to itself. */
  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  default void manyStepsFollowTheReference(TestOptimizer optimizer) {
    try (ComputeRig rig = rig(SmallModel.DLRM, optimizer.smooth())) {
      RandomBatches batches = rig.batches(81);
      Float64Step reference = rig.reference();
      for (int s = 1; s <= manySteps(); s++) {
        Batch batch = batches.next(32);
        float loss = rig.train(batch, .01f);
        double expected = reference.train(batch, .01f);
        assertClose("loss of step " + s, new float[] {loss}, new double[] {expected}, s);
      }
      assertSameModel(optimizer + " after " + manySteps(), rig, reference, manySteps());
    }
  }

  /** Bias is corrected by the updates that the input tells, for rows and dense parameters apart. */
  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  default void theNumberOfUpdatesCounts(TestOptimizer optimizer) {
    try (ComputeRig rig = rig(SmallModel.DLRM, optimizer.smooth())) {
      RandomBatches batches = rig.batches(82);
      long[][] updates = {{0, 0}, {5, 1000}, {0, 1_000_000_000_000L}, {70_000, 3}};
      for (long[] update : updates) {
        Batch batch = batches.next(32);
        Float64Step reference = rig.reference();
        reference.updates(update[0], update[1]);
        rig.updates(update[0], update[1]);
        rig.train(batch, .02f);
        reference.train(batch, .02f);
        assertSameModel(optimizer + " after " + update[0], rig, reference, 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  default void stateOfDenseParametersBeginsAtItsStartValue(TestOptimizer optimizer) {
    try (ComputeRig rig = rig(SmallModel.DLRM, optimizer.spec())) {
      List<StatePart> parts = optimizer.spec().dense().denseState();
      List<DenseState.Parameter> parameters = rig.step.dense().parameters();
      int count = rig.tape.parameters().size();
      assertThat(parameters).hasSize(count * (1 + parts.size()));
      for (int i = count; i < parameters.size(); i++) {
        StatePart part = parts.get(i / count - 1);
        var own = parameters.get(i);
        assertThat(own.optimizerState()).isTrue();
        assertThat(own.shape()).isEqualTo(parameters.get(i % count).shape());
        assertThat(own.name())
            .isEqualTo(rig.tape.parameters().get(i % count).name() + "." + part.name());
        var values = new float[own.size()];
        rig.step.dense().read(i, values);
        assertThat(values).as(own.name()).containsOnly(part.start());
      }
    }
  }
}
