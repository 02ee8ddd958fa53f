package dev.farsight.parquet.source;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.testkit.config.Sections;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Opens sources, and reads them into plain rows. */
final class Opened {

  private static final String DEFAULTS =
      """
      path = null
      eval-fraction = 0
      eval-where { column = null, values = null, at-least = null }
      on-bad-row = fail
      max-lookups = null
      shuffle = none
      """;

  /**
   * A sample as a plain value.
   *
   * @param bags the indices of each feature's lookups
   * @param weights the weights of each feature's lookups; null where it has none
   */
  record Row(float label, List<Float> dense, List<List<Integer>> bags, List<List<Float>> weights) {}

  private Opened() {}

  static DataSource open(DataSourceFactory factory, String conf, int threads) {
    Settings data = Sections.of("farsight.data", DEFAULTS + conf, factory);
    return factory.open(new DataContext(data, data.section(factory.name()), 7, 1, threads));
  }

  static List<Row> train(DataSourceFactory factory, String conf) {
    try (var source = open(factory, conf, 2)) {
      return rows(source.train(0), 7);
    }
  }

  static List<Row> train(String conf) {
    return train(new ParquetFactory(), conf);
  }

  /** All samples of a pass, which is closed. */
  static List<Row> rows(BatchSource pass, int capacity) {
    var rows = new ArrayList<Row>();
    try (pass) {
      var batch = new Batch(pass.schema(), capacity, HostBuffers.plain());
      while (pass.next(batch)) {
        for (int s = 0; s < batch.samples(); s++) {
          rows.add(row(batch, s));
        }
      }
    }
    return rows;
  }

  private static Row row(Batch batch, int sample) {
    int width = batch.schema().denseWidth();
    var bags = new ArrayList<List<Integer>>();
    var weights = new ArrayList<List<Float>>();
    for (int f = 0; f < batch.schema().features().size(); f++) {
      int feature = f;
      int[] offsets = batch.offsets(f);
      int from = offsets == null ? sample : offsets[sample];
      int to = offsets == null ? sample + 1 : offsets[sample + 1];
      bags.add(IntStream.range(from, to).mapToObj(i -> batch.indices(feature)[i]).toList());
      weights.add(
          batch.lookupWeights(f) == null
              ? null
              : IntStream.range(from, to).mapToObj(batch.lookupWeights(f)::get).toList());
    }
    return new Row(
        batch.labels().get(sample),
        IntStream.range(0, width).mapToObj(d -> batch.dense().get(sample * width + d)).toList(),
        bags,
        weights);
  }
}
