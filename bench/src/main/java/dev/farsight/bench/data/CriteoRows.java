package dev.farsight.bench.data;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.datasets.criteo.CriteoWriter;
import dev.farsight.datasets.synthetic.SyntheticSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Synthetic rows in a file of Criteo's format, and sources that read them. */
final class CriteoRows {

  private static final long SEED = 1;

  private final Path file;
  private final int batchSize;

  /**
   * Writes the file if it is not there.
   *
   * @param batchSize of the sources
   */
  CriteoRows(Path folder, long rows, int batchSize) throws IOException {
    this.file = folder.resolve("speed-" + rows + ".tsv");
    this.batchSize = batchSize;
    if (!Files.exists(file)) {
      Files.createDirectories(folder);
      Path part = folder.resolve(file.getFileName() + ".part");
      int threads = Runtime.getRuntime().availableProcessors();
      try (var samples =
          new SyntheticSource(context("synthetic", "synthetic.rows = " + rows, threads))) {
        new CriteoWriter(part).write(samples);
      }
      Files.move(part, file);
    }
  }

  Path file() {
    return file;
  }

  /** Opens a file that holds these rows. */
  DataSource open(DataSourceFactory factory, Path path, String settings, int threads) {
    String config = "path = " + ConfigUtil.quoteString(path.toString()) + "\n" + settings;
    return factory.open(context(factory.name(), config, threads));
  }

  private DataContext context(String source, String config, int threads) {
    Config all =
        ConfigFactory.parseString("farsight.data { eval-fraction = 0\n" + config + "\n}")
            .withFallback(ConfigFactory.defaultReference())
            .resolve();
    Settings data = Settings.of("farsight.data", all.getConfig("farsight.data"));
    return new DataContext(data, data.section(source), batchSize, SEED, threads);
  }

  /** Rows a second of a pass over all training samples, which is closed. */
  static double rate(BatchSource opened, Batch batch) {
    try (BatchSource pass = opened) {
      long start = System.nanoTime();
      long read = 0;
      while (pass.next(batch)) {
        read += batch.samples();
      }
      return read / ((System.nanoTime() - start) / 1e9);
    }
  }
}
