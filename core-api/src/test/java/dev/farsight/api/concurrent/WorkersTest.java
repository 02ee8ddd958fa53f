package dev.farsight.api.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyIndexRunsOnce(int threads) {
    try (var workers = new Workers("test", threads)) {
      for (int round = 0; round < 500; round++) {
        int tasks = round % 37;
        var runs = new AtomicIntegerArray(tasks + 1);
        workers.run(
            tasks,
            (index, worker) -> {
              assertThat(worker).isBetween(0, threads - 1);
              runs.incrementAndGet(index);
            });
        for (int i = 0; i < tasks; i++) {
          assertThat(runs.get(i)).isEqualTo(1);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void aFailureReachesTheCallerAndTheTeamLivesOn(int threads) {
    try (var workers = new Workers("test", threads)) {
      for (int round = 0; round < 50; round++) {
        assertThatThrownBy(
                () ->
                    workers.run(
                        20,
                        (index, worker) -> {
                          if (index == 7) {
                            throw new IllegalStateException("seven");
                          }
                        }))
            .hasMessage("seven");
        var ran = new AtomicIntegerArray(1);
        workers.run(5, (index, worker) -> ran.incrementAndGet(0));
        assertThat(ran.get(0)).isEqualTo(5);
      }
    }
  }
}
