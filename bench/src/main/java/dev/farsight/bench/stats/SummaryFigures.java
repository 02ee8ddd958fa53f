package dev.farsight.bench.stats;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DenseFeature;
import dev.farsight.api.data.Feature;
import dev.farsight.engine.statistics.RowCounts;
import java.util.ArrayList;
import java.util.List;

/**
 * What is told of a part that was read to the end.
 *
 * @param rawValues whether the source has told its raw values
 */
record SummaryFigures(DataSource source, PartSummary part, RowCounts counts, boolean rawValues) {

  private BatchSchema schema() {
    return source.schema();
  }

  List<CountHistogram> histograms() {
    List<CountHistogram> histograms = new ArrayList<>();
    for (int table = 0; table < schema().tables().size(); table++) {
      histograms.add(CountHistogram.of(counts.ofTable(table)));
    }
    return histograms;
  }

  List<DenseFigures> dense() {
    List<DenseFeature> names = source.denseFeatures();
    List<DenseFigures> figures = new ArrayList<>();
    for (int column = 0; column < part.denseWidth(); column++) {
      String name = names.isEmpty() ? "dense " + (column + 1) : names.get(column).name();
      Double missing = rawValues ? share(part.values().missingDense(column)) : null;
      figures.add(part.dense(column).figures(name, missing));
    }
    return figures;
  }

  List<FeatureFigures> features() {
    List<FeatureFigures> figures = new ArrayList<>();
    for (int f = 0; f < schema().features().size(); f++) {
      Feature feature = schema().features().get(f);
      figures.add(
          new FeatureFigures(
              feature.name(),
              feature.table(),
              rawValues ? share(part.values().missing(f)) : null,
              part.lookups(f),
              (double) part.lookups(f) / part.rows(),
              part.mostLookups(f),
              rawValues ? (Long) part.values().distinct(f) : null));
    }
    return figures;
  }

  /**
   * @param histograms of the tables
   */
  List<TableFigures> tables(List<CountHistogram> histograms) {
    List<TableFigures> figures = new ArrayList<>();
    for (int table = 0; table < histograms.size(); table++) {
      figures.add(
          TableFigures.of(
              schema().tables().get(table).name(),
              schema().tables().get(table).rows(),
              histograms.get(table),
              rawValues ? (Long) part.values().distinct(schema().featuresOf(table)) : null));
    }
    return figures;
  }

  private Double share(long samples) {
    return (double) samples / part.rows();
  }
}
