package dev.farsight.api.concurrent;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
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

  /** Each member waits for the others, so no member is free to steal an index. */
  @Test
  void membersRunTheirOwnIndicesIfNobodyIsIdle() {
    int threads = 3;
    try (var workers = new Workers("test", threads)) {
      var meeting = new CyclicBarrier(threads);
      for (int round = 0; round < 200; round++) {
        var memberOf = new AtomicIntegerArray(2 * threads);
        workers.run(
            2 * threads,
            (index, worker) -> {
              memberOf.set(index, worker);
              meet(meeting);
            });
        for (int i = 0; i < 2 * threads; i++) {
          assertThat(memberOf.get(i)).isEqualTo(i % threads);
        }
      }
    }
  }

  /**
   * The member that runs index 1 waits until the other member has run all other indices of both.
   */
  @Test
  void anIdleMemberStealsWork() {
    try (var workers = new Workers("test", 2)) {
      for (int round = 0; round < 100; round++) {
        var otherIndices = new CountDownLatch(6);
        workers.run(
            7,
            (index, worker) -> {
              if (index == 1) {
                await(otherIndices);
              } else {
                otherIndices.countDown();
              }
            });
      }
    }
  }

  private static void meet(CyclicBarrier meeting) {
    try {
      meeting.await(10, SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
