package dev.farsight.datasets.npy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.Opened;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steady reading allocates nothing but 16 bytes for a block of samples, by the JVM's own count. */
class NpyAllocationTest {

  private static final int BATCH = 1_000;
  private static final int BATCHES = 60;

  @TempDir Path folder;

  @Test
  void anyOrder() throws IOException {
    try (var source = new RandomSource(RandomSource.EVERYTHING, BATCH * BATCHES, BATCH * BATCHES)) {
      PreparedWriter.write(source, folder, 7_000);
    }
    String conf = "eval-fraction = 0, path = \"" + folder + "\"";
    try (var source = new NpyFactory().open(Opened.context("npy", conf, 1, 1))) {
      assertAllocatesNothing(source.train(0));
      assertAllocatesNothing(source.shuffled(1, 0));
    }
  }

  private static void assertAllocatesNothing(BatchSource opened) {
    var jvm = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (BatchSource pass = opened) {
      var batch = new Batch(pass.schema(), BATCH, HostBuffers.plain());
      for (int warm = 0; warm < BATCHES / 2; warm++) {
        pass.next(batch);
      }
      long before = jvm.getCurrentThreadAllocatedBytes();
      int rows = 0;
      while (pass.next(batch)) {
        rows += batch.samples();
      }
      long allocated = jvm.getCurrentThreadAllocatedBytes() - before;
      assertThat(rows).isEqualTo(BATCH * BATCHES / 2);
      // Of more than 100 bytes a sample.
      assertThat(allocated).isLessThan(rows);
    }
  }
}
