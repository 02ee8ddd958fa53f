package dev.farsight.bench;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.criteo.CriteoWriter;
import dev.farsight.datasets.synthetic.SyntheticSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Rows a second read from a Criteo file of 65,536 rows in the page cache: a whole pass. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
public class CriteoBenchmark {

  private static final int ROWS = 65_536;
  private static final int BATCH = 2048;

  @Param({"train.txt", "train.txt.gz"})
  public String file;

  @Param({"1", "2"})
  public int threads;

  private Path folder;
  private DataSource source;
  private Batch batch;

  @Setup
  public void write() throws IOException {
    folder = Files.createTempDirectory("farsight-criteo");
    Path path = folder.resolve(file);
    try (var workload = new Workload(BATCH)) {
      Settings data = workload.farsight().section("data");
      try (var samples =
          new SyntheticSource(context(data, "synthetic", "synthetic.rows=" + ROWS))) {
        new CriteoWriter(path).write(samples);
      }
      source =
          workload
              .components()
              .sources()
              .get("criteo")
              .open(context(data, "criteo", "path=\"" + path + "\""));
    }
    batch = new Batch(source.schema(), BATCH, HostBuffers.plain());
  }

  private DataContext context(Settings data, String source, String override) {
    Settings set =
        Settings.of(data.path(), ConfigFactory.parseString(override).withFallback(data.config()));
    return new DataContext(set, set.section(source), BATCH, 1, threads);
  }

  /** The file that is read. */
  public Path path() {
    return folder.resolve(file);
  }

  @TearDown
  public void delete() throws IOException {
    source.close();
    Files.delete(folder.resolve(file));
    Files.delete(folder);
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public Batch pass() {
    try (BatchSource pass = source.train(0)) {
      while (pass.next(batch)) {
        // Filled, and filled again.
      }
    }
    return batch;
  }
}
