package dev.farsight.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TrainingScheduleTest {

  private static final long HORIZON = 400;

  @Test
  void agreesWithAStepByStepOracle() {
    for (long seed = 0; seed < 500; seed++) {
      var random = new Random(seed);
      long maxSteps = orNone(random, 300);
      long evalEvery = orNone(random, 40);
      long checkpointEvery = orNone(random, 40);
      var schedule = new TrainingSchedule(maxSteps, evalEvery, checkpointEvery);
      var oracle = new Oracle(maxSteps, evalEvery, checkpointEvery);
      long end = maxSteps == 0 ? HORIZON : maxSteps;
      for (long steps = 0; steps < end; steps++) {
        assertThat(Math.min(schedule.stepsUntilNext(steps), HORIZON))
            .as("seed %d, until next after %d", seed, steps)
            .isEqualTo(oracle.stepsUntilNext(steps));
      }
      for (long steps = 1; steps <= HORIZON; steps++) {
        String where = "seed %d, after %d".formatted(seed, steps);
        assertThat(schedule.isEvaluationDue(steps))
            .as(where)
            .isEqualTo(oracle.isMultiple(evalEvery, steps));
        assertThat(schedule.isCheckpointDue(steps))
            .as(where)
            .isEqualTo(oracle.isMultiple(checkpointEvery, steps));
        assertThat(schedule.isEnd(steps)).as(where).isEqualTo(maxSteps > 0 && steps >= maxSteps);
      }
    }
  }

  private static long orNone(Random random, int bound) {
    return random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(bound);
  }

  /** An oracle that counts single steps, without arithmetic on intervals. */
  private record Oracle(long maxSteps, long evalEvery, long checkpointEvery) {

    long stepsUntilNext(long steps) {
      for (long ahead = 1; ahead < HORIZON; ahead++) {
        long later = steps + ahead;
        if (later == maxSteps
            || isMultiple(evalEvery, later)
            || isMultiple(checkpointEvery, later)) {
          return ahead;
        }
      }
      return HORIZON;
    }

    boolean isMultiple(long every, long steps) {
      for (long multiple = every; every > 0 && multiple <= steps; multiple += every) {
        if (multiple == steps) {
          return true;
        }
      }
      return false;
    }
  }

  @Test
  void nothingIsDueWithoutLimits() {
    var schedule = new TrainingSchedule(0, 0, 0);
    assertThat(schedule.stepsUntilNext(17)).isEqualTo(Long.MAX_VALUE);
    assertThat(schedule.isEnd(Long.MAX_VALUE)).isFalse();
    assertThat(schedule.isEvaluationDue(0)).isFalse();
    assertThat(schedule.isCheckpointDue(0)).isFalse();
  }

  @Test
  void totalStepsRoundUpEachEpochAndRespectTheLimit() {
    assertThat(new TrainingSchedule(0, 0, 0).totalSteps(101, 10, 3)).isEqualTo(33);
    assertThat(new TrainingSchedule(20, 0, 0).totalSteps(101, 10, 3)).isEqualTo(20);
    assertThat(new TrainingSchedule(50, 0, 0).totalSteps(101, 10, 3)).isEqualTo(33);
    assertThat(new TrainingSchedule(20, 0, 0).totalSteps(0, 10, 3)).isZero();
  }
}
