package dev.farsight.bench.ablation;

import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.engine.build.FirstBatches;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.plugin.Components;

/**
 * What the planning of a suite must know of a data set: its tables, how many samples there are, and
 * how many lookups and unique rows its first batches have. Opens the data, reads a few batches,
 * closes it.
 *
 * @param first what the first batches look up
 */
record DataView(BatchSchema schema, long trainSamples, long evalSamples, FirstBatches first) {

  static DataView of(Settings farsight, Components components) {
    try (DataSource source = open(farsight, components)) {
      int batchSize = farsight.section("data").integer("batch-size", 1, 1 << 24);
      return new DataView(
          source.schema(),
          source.trainSamples(),
          source.evalSamples(),
          FirstBatches.of(source, batchSize));
    }
  }

  /** The mean of the first batches, all features together. */
  double lookupsPerSample() {
    return first.samples() == 0 ? 0 : (double) first.lookups() / first.samples();
  }

  /**
   * The data as a run with this configuration would open it, but for samples that would be made and
   * kept in memory: they are the same when they are made one by one.
   */
  static DataSource open(Settings farsight, Components components) {
    Settings given = farsight.section("data");
    Settings data =
        Settings.of(
            given.path(),
            given.config().withValue("synthetic.in-memory", ConfigValueFactory.fromAnyRef(false)));
    var context =
        new DataContext(
            data,
            data.section(data.string("source")),
            data.integer("batch-size", 1, 1 << 24),
            farsight.section("train").longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE),
            Runtime.getRuntime().availableProcessors());
    return RunData.open(components.source(farsight), context);
  }
}
