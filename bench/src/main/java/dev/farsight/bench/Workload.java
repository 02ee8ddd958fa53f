package dev.farsight.bench;

import com.typesafe.config.Config;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.engine.statistics.RowCounts;
import java.util.List;

/**
 * The samples that benchmarks work on: the tables of Criteo Kaggle, looked up by a power law of
 * exponent 1.05, as {@code data.source = synthetic} makes them. An endless pass, so that a cache
 * sees new rows for as long as a benchmark lasts.
 */
public final class Workload implements AutoCloseable {

  private static final long SEED = 7;
  private static final long ENDLESS = 1L << 50;

  private final Settings farsight;
  private final Components components;
  private final DataSource source;
  private final BatchSource pass;
  private final int batchSize;

  public Workload(int batchSize) {
    this.batchSize = batchSize;
    components = Plugins.load(Workload.class.getClassLoader()).components();
    farsight = settings(ENDLESS);
    source = open(farsight.section("data"));
    pass = source.train(0);
  }

  private static Settings settings(long samples) {
    Config config =
        FarsightConfig.defaults()
            .set(List.of("data.synthetic.rows=" + samples, "data.eval-fraction=0"))
            .resolve(List.of(Workload.class.getClassLoader()));
    return Settings.of("farsight", config);
  }

  private DataSource open(Settings data) {
    int threads = Runtime.getRuntime().availableProcessors();
    return components
        .sources()
        .get("synthetic")
        .open(new DataContext(data, data.section("synthetic"), batchSize, SEED, threads));
  }

  /** The default configuration. */
  public Settings farsight() {
    return farsight;
  }

  public Components components() {
    return components;
  }

  public DataSource source() {
    return source;
  }

  public int batchSize() {
    return batchSize;
  }

  /** Room for batches of about so many lookups together, at least one. */
  public Batch[] newBatches(int lookups) {
    int tables = source.schema().tables().size();
    var batches = new Batch[Math.max(1, lookups / (tables * batchSize))];
    for (int b = 0; b < batches.length; b++) {
      batches[b] = new Batch(source.schema(), batchSize, HostBuffers.plain());
    }
    return batches;
  }

  /** Replaces the samples by the ones that follow. */
  public void fill(Batch[] batches) {
    for (Batch batch : batches) {
      pass.next(batch);
    }
  }

  /** How often rows occur in the first samples: what a policy that knows the data is told. */
  public RowCounts counts(long samples) {
    try (var first = open(settings(samples).section("data"));
        var all = first.train(0)) {
      return RowCounts.of(all, batchSize, 1);
    }
  }

  @Override
  public void close() {
    pass.close();
    source.close();
  }
}
