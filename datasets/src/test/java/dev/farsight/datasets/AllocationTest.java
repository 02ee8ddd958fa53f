package dev.farsight.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.criteo.CriteoFactory;
import dev.farsight.datasets.criteo.CriteoWriter;
import dev.farsight.datasets.csv.CsvFactory;
import dev.farsight.datasets.synthetic.SyntheticSource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steady reading allocates nothing, by the JVM's own count. */
class AllocationTest {

  private static final int BATCH = 512;
  private static final int BATCHES = 80;

  private static final String CONF =
      "eval-fraction = 0\nsynthetic { rows = %d, cardinalities = terabyte }\n"
          .formatted(BATCH * BATCHES);

  @TempDir Path folder;

  @Test
  void synthetic() {
    assertAllocatesNothing(new SyntheticSource(Opened.context("synthetic", CONF, 1, 1)));
    String stored = CONF + "synthetic.in-memory = true";
    assertAllocatesNothing(new SyntheticSource(Opened.context("synthetic", stored, 1, 1)));
  }

  @Test
  void syntheticBags() {
    String bags =
        CONF + "synthetic { cardinalities = mlperf, hotness = mlperf, hotness-law = uniform }\n";
    assertAllocatesNothing(new SyntheticSource(Opened.context("synthetic", bags, 1, 1)));
    String stored = bags + "synthetic.in-memory = true";
    assertAllocatesNothing(new SyntheticSource(Opened.context("synthetic", stored, 1, 1)));
  }

  @Test
  void csvBags() throws IOException {
    var text = new StringBuilder("label,ids,w,user\n");
    for (int i = 0; i < BATCH * BATCHES; i++) {
      text.append(i % 2).append(i % 3 == 0 ? ",1|2|3|4,.5|.25|-1|0" : ",7,1");
      text.append(',').append(i).append('\n');
    }
    Path file = Files.writeString(folder.resolve("bags.csv"), text);
    String conf =
        "path = \"%s\", csv { on-long-bag = truncate, categorical = [{ column = ids, rows = 9, kind = integer, separator = \"|\", max-lookups = 3, weights = w }, { column = user, rows = 9, kind = integer }] }"
            .formatted(file);
    assertAllocatesNothing(new CsvFactory().open(Opened.context("csv", conf, 1, 1)));
  }

  @Test
  void criteo() {
    Path file = folder.resolve("train.txt");
    try (var source = new SyntheticSource(Opened.context("synthetic", CONF, 1, 1))) {
      new CriteoWriter(file).write(source);
    }
    String conf = "path = \"" + file + "\", criteo.cardinalities = terabyte";
    assertAllocatesNothing(new CriteoFactory().open(Opened.context("criteo", conf, 1, 1)));
    String fitted =
        conf
            + ", criteo { min-count = 3, buckets = true, transform = [log, standard, clip], clip-max = 3 }";
    assertAllocatesNothing(new CriteoFactory().open(Opened.context("criteo", fitted, 1, 1)));
  }

  private static void assertAllocatesNothing(DataSource opened) {
    var jvm = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (opened;
        var pass = opened.train(0)) {
      var batch = new Batch(pass.schema(), BATCH, HostBuffers.plain());
      // The carriers grow to the size of a batch, and the JVM links what it runs.
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
      // Less than one byte a row; counting itself allocates a little.
      assertThat(allocated).isLessThan(rows);
    }
  }
}
