package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.data.Batch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The dense parameters as they are shown to the engine. */
interface DenseStateContract extends BackendUnderTest {

  @Test
  default void parametersFollowTheTape() {
    int top = DIM + 5 * 4 / 2;
    var weights =
        List.of(
            new DenseState.Parameter("bottom.0.weight", List.of(12, 5), false),
            new DenseState.Parameter("bottom.0.bias", List.of(12), false),
            new DenseState.Parameter("bottom.1.weight", List.of(DIM, 12), false),
            new DenseState.Parameter("bottom.1.bias", List.of(DIM), false),
            new DenseState.Parameter("top.0.weight", List.of(10, top), false),
            new DenseState.Parameter("top.0.bias", List.of(10), false),
            new DenseState.Parameter("top.1.weight", List.of(1, 10), false),
            new DenseState.Parameter("top.1.bias", List.of(1), false));
    try (ComputeRig rig = rig(SmallModel.DLRM, TestOptimizer.SGD.spec())) {
      assertThat(rig.step.dense().parameters()).isEqualTo(weights);
    }
    var withState = new ArrayList<>(weights);
    for (DenseState.Parameter p : weights) {
      withState.add(new DenseState.Parameter(p.name() + ".adagrad", p.shape(), true));
    }
    try (ComputeRig rig = rig(SmallModel.DLRM, TestOptimizer.ROWWISE_ADAGRAD.spec())) {
      assertThat(rig.step.dense().parameters()).isEqualTo(withState);
    }
  }

  @Test
  default void optimizerStateStartsAtZero() {
    try (ComputeRig rig = rig(SmallModel.DLRM, TestOptimizer.ROWWISE_ADAGRAD.spec())) {
      rig.dense()
          .forEach(
              (name, values) -> {
                if (name.endsWith(".adagrad")) {
                  assertThat(values).as(name).containsOnly(0f);
                }
              });
    }
  }

  @Test
  default void whatWasWrittenIsReadAndComputedWith() {
    try (ComputeRig rig = rig(SmallModel.DLRM, TestOptimizer.ROWWISE_ADAGRAD.spec())) {
      Batch batch = rig.batches(1).next(32);
      rig.train(batch, .02f);
      DenseState dense = rig.step.dense();
      for (int p = 0; p < dense.parameters().size(); p++) {
        var values = new float[dense.parameters().get(p).size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = .01f * (1 + (i * 7 + p) % 11);
        }
        dense.write(p, values);
        var read = new float[values.length];
        dense.read(p, read);
        assertThat(read).isEqualTo(values);
      }
      Float64Step reference = rig.reference();

      rig.train(batch, .02f);
      reference.train(batch, .02f);

      assertSameModel("after a step on what was written", rig, reference, 1);
    }
  }

  @Test
  default void modelCarriedOverToAnotherStepGoesOnAsBefore() {
    OptimizerSpec adagrad = TestOptimizer.ROWWISE_ADAGRAD.spec();
    try (ComputeRig from = rig(SmallModel.LAYERS, adagrad);
        ComputeRig to = rig(SmallModel.LAYERS, adagrad)) {
      from.train(from.batches(1).next(32), .02f);
      for (int p = 0; p < from.step.dense().parameters().size(); p++) {
        var values = new float[from.step.dense().parameters().get(p).size()];
        from.step.dense().read(p, values);
        to.step.dense().write(p, values);
      }
      float original = from.train(from.batches(2).next(32), .02f);
      assertThat(to.train(to.batches(2).next(32), .02f)).isEqualTo(original);
      assertThat(to.everything()).isEqualTo(from.everything());
    }
  }
}
