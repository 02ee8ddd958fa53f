package dev.farsight.storage.ssd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.farsight.api.FarsightException;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.testkit.store.RowStoreContract;
import dev.farsight.testkit.store.StoreComparison;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SsdStoreTest extends RowStoreContract {

  @TempDir Path folder;

  @Override
  protected RowStoreFactory factory() {
    return new SsdStoreFactory();
  }

  @Override
  protected String settings() {
    // Of the contract's largest tables only some hundred rows are written.
    return "maps = 2, expected-rows = 4000";
  }

  @Test
  void everyRowCanBeWrittenAndNotOneMore() {
    Path directory = folder.resolve("small");
    StoreSpec spec =
        SsdRig.spec(directory, SsdRig.TABLES, SsdRig.FORMAT, 7, "maps = 4, expected-rows = 6000");
    try (RowStore store = new SsdStoreFactory().open(spec)) {
      var comparison = new StoreComparison(store, 5);
      long[] most = LongStream.range(0, 5999).toArray();
      comparison.write(most);
      RowBuffer rows = SsdRig.buffer(3);
      assertThatThrownBy(() -> store.write(new long[] {3, 6100, 6200}, 0, 3, rows, 0))
          .isInstanceOf(FarsightException.class)
          .hasMessageContaining("made for 6000 rows (farsight.storage.ssd.expected-rows)");
      comparison.verify(LongStream.range(0, SsdRig.TABLES.rows()).toArray());
      comparison.write(3, 6100);
      comparison.write(most);
      comparison.verify(LongStream.range(0, SsdRig.TABLES.rows()).toArray());
    }
  }

  @Test
  void readingAndWritingAllocateNothing() {
    try (RowStore store = SsdRig.open(folder.resolve("allocation"))) {
      RowBuffer rows = SsdRig.buffer(1000);
      long[] ids = LongStream.range(0, 1000).map(i -> i * 7).toArray();
      var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long self = Thread.currentThread().getId();
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 50; round++) {
        long before = threads.getThreadAllocatedBytes(self);
        store.write(ids, 0, 500, rows, 0).await();
        store.read(ids, 0, 1000, rows, 0).await();
        least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
      }
      assertThat(least).isLessThan(1000);
    }
  }
}
