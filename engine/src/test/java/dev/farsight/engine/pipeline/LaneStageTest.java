package dev.farsight.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.HostTrace;
import org.junit.jupiter.api.Test;

class LaneStageTest {

  @Test
  void onceTheStepsStageHasFailedTheDeviceIsGivenNothing() {
    var state = new PhaseState(new NoPhase(), 0, 1);
    var stage = new LaneStage(HostTrace.NONE, null, null, null, 0);
    for (long batch = 1; batch <= 5; batch++) {
      state.lane(0).fetch().publish(batch);
      state.order().publish(batch);
    }
    assertThat(stage.awaitWork(state, 2)).isTrue();

    state.steps().publish(2);
    assertThat(stage.awaitWork(state, 3)).isTrue();
    state.steps().finish();

    assertThat(stage.awaitWork(state, 3)).isFalse();
    assertThat(stage.awaitWork(state, 4)).isFalse();
  }
}
