package dev.farsight.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.HostTrace;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneStageTest {

  @Test
  void onceTheStepsStageHasFailedTheDeviceIsGivenNothing() {
    var lane = new Lane(null, null, null, null);
    var parts =
        new LaneParts(
            0, lane, null, null, null, null, null, null, null, null, null, null, HostTrace.NONE);
    var state = new PhaseState(new NoPhase(), 0, 1);
    var stage = new LaneStage(List.of(parts), null, 0, () -> false);
    for (long batch = 1; batch <= 6; batch++) {
      state.lane(0).fetch().publish(batch);
      state.lane(0).order().publish(batch);
    }
    assertThat(stage.awaitWork(state, 2)).isTrue();

    state.steps().publish(2);
    assertThat(stage.awaitWork(state, 3)).isTrue();
    state.steps().finish();

    assertThat(stage.awaitWork(state, 4)).isFalse();
    assertThat(stage.awaitWork(state, 5)).isFalse();
  }
}
