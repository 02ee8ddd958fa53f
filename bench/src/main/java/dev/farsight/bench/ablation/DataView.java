package dev.farsight.bench.ablation;

import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.plugin.Components;
import java.util.BitSet;

/**
 * What the planning of a suite must know of a data set: its tables, how many samples there are, and
 * how many lookups and unique rows its first batches have. Opens the data, reads a few batches,
 * closes it.
 *
 * @param uniqueRows the most unique rows that one of the first batches has
 * @param lookupsPerSample the mean of the first batches, all features together
 */
record DataView(
    BatchSchema schema,
    long trainSamples,
    long evalSamples,
    long uniqueRows,
    double lookupsPerSample) {

  private static final int BATCHES = 4;

  static DataView of(Settings farsight, Components components) {
    try (DataSource source = open(farsight, components);
        var pass = source.train(0)) {
      int batchSize = farsight.section("data").integer("batch-size", 1, 1 << 24);
      var batch = new Batch(source.schema(), batchSize, HostBuffers.plain());
      long uniqueRows = 0;
      long lookups = 0;
      long samples = 0;
      for (int b = 0; b < BATCHES && pass.next(batch); b++) {
        uniqueRows = Math.max(uniqueRows, uniqueRows(batch));
        lookups += batch.lookups();
        samples += batch.samples();
      }
      return new DataView(
          source.schema(),
          source.trainSamples(),
          source.evalSamples(),
          uniqueRows,
          samples == 0 ? 0 : (double) lookups / samples);
    }
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

  private static long uniqueRows(Batch batch) {
    long unique = 0;
    for (int t = 0; t < batch.schema().tables().size(); t++) {
      var seen = new BitSet();
      for (int f : batch.schema().featuresOf(t)) {
        for (int i = 0; i < batch.lookups(f); i++) {
          seen.set(batch.indices(f)[i]);
        }
      }
      unique += seen.cardinality();
    }
    return unique;
  }
}
