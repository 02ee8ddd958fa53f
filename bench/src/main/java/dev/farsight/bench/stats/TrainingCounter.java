package dev.farsight.bench.stats;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DenseFeature;
import dev.farsight.api.data.Feature;
import dev.farsight.engine.statistics.RowCounts;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts the training part, batch by batch: each table by one thread at a time, and the dense
 * columns by another. Memory: 4 bytes a row of the tables.
 */
final class TrainingCounter {

  private final BatchSchema schema;
  private final RowCounts counts;
  private final long[] lookups;
  private final int[] mostLookups;
  private final DenseColumn[] dense;
  private final PartCounter part = new PartCounter();

  TrainingCounter(BatchSchema schema) {
    this.schema = schema;
    counts = RowCounts.none(schema.tables());
    lookups = new long[schema.features().size()];
    mostLookups = new int[lookups.length];
    dense = new DenseColumn[schema.denseWidth()];
    for (int column = 0; column < dense.length; column++) {
      dense[column] = new DenseColumn();
    }
  }

  void add(Batch batch, Workers workers) {
    int tables = schema.tables().size();
    workers.run(
        tables + dense.length,
        (task, worker) -> {
          if (task < tables) {
            addTable(batch, task);
          } else {
            dense[task - tables].add(batch, task - tables);
          }
        });
    part.add(batch);
  }

  private void addTable(Batch batch, int table) {
    for (int feature : schema.featuresOf(table)) {
      counts.add(batch, feature);
      lookups[feature] += batch.lookups(feature);
      int[] offsets = batch.offsets(feature);
      int most = 1;
      if (offsets != null) {
        most = mostLookups[feature];
        for (int sample = 0; sample < batch.samples(); sample++) {
          most = Math.max(most, offsets[sample + 1] - offsets[sample]);
        }
      }
      mostLookups[feature] = most;
    }
  }

  PartCounter part() {
    return part;
  }

  RowCounts counts() {
    return counts;
  }

  List<CountHistogram> histograms() {
    List<CountHistogram> histograms = new ArrayList<>();
    for (int table = 0; table < schema.tables().size(); table++) {
      histograms.add(CountHistogram.of(counts.ofTable(table)));
    }
    return histograms;
  }

  /**
   * @param values null if the source has none
   */
  List<DenseFigures> dense(DataSource source, RawValues values) {
    List<DenseFeature> names = source.denseFeatures();
    List<DenseFigures> figures = new ArrayList<>();
    for (int column = 0; column < dense.length; column++) {
      String name = names.isEmpty() ? "dense " + (column + 1) : names.get(column).name();
      Double missing = values == null ? null : share(values.missingDense(column));
      figures.add(dense[column].figures(name, missing));
    }
    return figures;
  }

  /**
   * @param values null if the source has none
   */
  List<FeatureFigures> features(RawValues values) {
    List<FeatureFigures> figures = new ArrayList<>();
    for (int f = 0; f < lookups.length; f++) {
      Feature feature = schema.features().get(f);
      figures.add(
          new FeatureFigures(
              feature.name(),
              feature.table(),
              values == null ? null : share(values.missing(f)),
              lookups[f],
              (double) lookups[f] / part.rows(),
              mostLookups[f],
              values == null ? null : (Long) values.distinct(f)));
    }
    return figures;
  }

  /**
   * @param histograms of the tables
   * @param values null if the source has none
   */
  List<TableFigures> tables(List<CountHistogram> histograms, RawValues values) {
    List<TableFigures> figures = new ArrayList<>();
    for (int table = 0; table < histograms.size(); table++) {
      figures.add(
          TableFigures.of(
              schema.tables().get(table).name(),
              schema.tables().get(table).rows(),
              histograms.get(table),
              values == null ? null : (Long) values.distinct(schema.featuresOf(table))));
    }
    return figures;
  }

  private Double share(long samples) {
    return (double) samples / part.rows();
  }
}
