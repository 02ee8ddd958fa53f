package dev.farsight.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuMeterTest {

  private static final long WORK_NANOS = 60_000_000;

  /** Takes CPU time, however long that lasts on a busy machine. */
  private static void work() {
    var threads = ManagementFactory.getThreadMXBean();
    long end = threads.getCurrentThreadCpuTime() + WORK_NANOS;
    while (threads.getCurrentThreadCpuTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static void runAndEnd(String name, Runnable work) throws InterruptedException {
    var thread = new Thread(work, name);
    thread.start();
    thread.join();
  }

  @ParameterizedTest
  @CsvSource({
    "farsight-reader, 0",
    "farsight-read-3, 0",
    "farsight-multi-hot-1, 0",
    "farsight-dedupe@1, 1",
    "farsight-merge@12-3, 1",
    "farsight-planner, 2",
    "farsight-plan-2, 2",
    "farsight-order@0-1, 3",
    "farsight-fetch-3, 4",
    "farsight-lane@7, 5",
    "farsight-compute-1, 5",
    "farsight-compute-cpu1-2, 5",
    "farsight-write-back@1-2, 6",
    "farsight-write-back, 6",
    "farsight-steps, -1",
    "farsight-checkpoint, -1",
    "main, -1",
    "my-farsight-reader, -1",
  })
  void namesTellTheStage(String thread, int stage) {
    assertThat(CpuMeter.stageOf(thread)).isEqualTo(stage);
  }

  @Test
  void eachStageHasTheTimeOfItsThreads() throws InterruptedException {
    var cpu = new CpuMeter();
    var begun = new CountDownLatch(1);
    var worked = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    // A member of a team, which lives longer than the phase and has worked before it.
    var member =
        new Thread(
            () -> {
              work();
              begun.countDown();
              await(worked);
              work();
              over.countDown();
              await(new CountDownLatch(1));
            },
            "farsight-fetch-1");
    member.setDaemon(true);
    member.start();
    begun.await();
    cpu.begin();
    worked.countDown();
    over.await();
    // A stage's thread, which lives as long as the phase.
    runAndEnd(
        "farsight-planner",
        () -> {
          work();
          work();
          cpu.threadEnds();
        });
    runAndEnd("another", CpuMeterTest::work);
    cpu.end();
    double unit = WORK_NANOS / 1e9;
    CpuTimes times = cpu.times();
    assertThat(times.stages().plan()).isBetween(2 * unit, 2.9 * unit);
    assertThat(times.stages().fetch()).isBetween(unit, 1.9 * unit);
    assertThat(times.other()).isGreaterThan(.8 * unit);
    assertThat(times.stages().read() + times.stages().compute()).isLessThan(unit);
    assertThat(CpuTimes.of(times.values())).isEqualTo(times);
    assertThat(times.plus(times).byName())
        .containsEntry("other", 2 * times.other())
        .containsEntry("plan", 2 * times.stages().plan());
  }

  @Test
  void aPhaseBeginsAtNothing() {
    var cpu = new CpuMeter();
    cpu.begin();
    work();
    cpu.end();
    double first = cpu.times().other();
    cpu.begin();
    cpu.end();
    assertThat(first).isGreaterThan(.8 * WORK_NANOS / 1e9);
    assertThat(cpu.times().stages().values()).isEqualTo(List.of(0., 0., 0., 0., 0., 0., 0.));
    assertThat(cpu.times().other()).isLessThan(first);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
