package dev.farsight.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.farsight.api.data.Batch;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.plugin.Plugins;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In the steady state nothing is allocated per batch. */
class AllocationTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /**
   * What a step may allocate in all threads together: the progress handed to the listener, a line
   * of metrics.jsonl and a loss to remember. Carriers of a batch would be a thousand times as much.
   */
  private static final long BYTES_A_STEP = 4096;

  @ParameterizedTest
  @ValueSource(strings = {"lru", "lfu", "lookahead", "frequency"})
  void planningABatchAllocatesNothing(String policy) {
    try (var workload = new Workload(256)) {
      Batch[] batches = workload.newBatches(4 * 256 * 26);
      var planner = new Planner(workload, policy, .001);
      for (int round = 0; !planner.full() || round < 50; round++) {
        accept(planner, workload, batches);
      }
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 50; round++) {
        workload.fill(batches);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (Batch batch : batches) {
          planner.accept(batch);
        }
        least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(planner.last().evicted()).as("evictions of the last plan").isPositive();
      assertThat(least).as("bytes allocated by planning %d batches", batches.length).isZero();
    }
  }

  private static void accept(Planner planner, Workload workload, Batch[] batches) {
    workload.fill(batches);
    for (Batch batch : batches) {
      planner.accept(batch);
    }
  }

  /** Measures from one step of a run to a later one, over all threads that Farsight named. */
  private static final class Watch implements RunListener {

    private final long from;
    private final long to;
    private Map<String, Long> atFirst;
    private Map<String, Long> between;

    Watch(long from, long to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public void step(StepProgress progress) {
      if (progress.step() == from) {
        atFirst = allocated();
      } else if (progress.step() == to) {
        between = allocated();
        between.replaceAll((thread, bytes) -> bytes - atFirst.getOrDefault(thread, 0L));
      }
    }

    private static Map<String, Long> allocated() {
      return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
          .filter(thread -> thread != null && thread.getThreadName().startsWith("farsight-"))
          .collect(
              Collectors.toMap(
                  thread -> thread.getThreadName() + " " + thread.getThreadId(),
                  thread -> THREADS.getThreadAllocatedBytes(thread.getThreadId()),
                  Long::sum,
                  TreeMap::new));
    }
  }

  @Test
  void aStepOfARunAllocatesAHandfulOfBytes(@TempDir Path folder) {
    var loader = AllocationTest.class.getClassLoader();
    var config =
        FarsightConfig.defaults()
            .set(
                List.of(
                    "data.batch-size=128",
                    "data.synthetic.rows=" + 128 * 1100,
                    "data.synthetic.cardinalities=[10000, 300, 20000]",
                    "data.eval-fraction=0",
                    "cache.size=1000 rows",
                    "model.dlrm.bottom-mlp=[16]",
                    "model.dlrm.top-mlp=[16]",
                    "model.save=false",
                    "report.hash-weights=false"))
            .resolve(List.of(loader));
    var watch = new Watch(500, 1000);
    try (var trainer =
        Trainer.open(config, Plugins.load(loader).components(), folder.resolve("run"), watch)) {
      trainer.train();
    }
    long bytes = watch.between.values().stream().mapToLong(Long::longValue).sum() / 500;
    assertThat(watch.between).as("threads watched").hasSizeGreaterThanOrEqualTo(6);
    assertThat(bytes).as("bytes a step: %s", watch.between).isBetween(1L, BYTES_A_STEP);
  }
}
