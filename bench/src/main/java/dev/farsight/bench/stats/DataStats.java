package dev.farsight.bench.stats;

import dev.farsight.engine.statistics.DataIdentity;
import dev.farsight.engine.statistics.RowCounts;
import java.util.List;

/**
 * What is known of the data of a configuration.
 *
 * @param source the name of the source
 * @param path the files, as configured; empty if there are none
 * @param evaluation null if there is no evaluation part
 * @param features in the order of the columns
 * @param counts lookups of each row in the training part
 */
public record DataStats(
    String source,
    String path,
    PartFigures training,
    PartFigures evaluation,
    boolean labelled,
    List<DenseFigures> dense,
    List<FeatureFigures> features,
    List<TableFigures> tables,
    ExpectedHits expected,
    RowCounts counts,
    DataIdentity identity) {

  public DataStats {
    dense = List.copyOf(dense);
    features = List.copyOf(features);
    tables = List.copyOf(tables);
  }

  /** Whether the source has raw values, so that figures of them are known. */
  public boolean rawValues() {
    return features.stream().anyMatch(feature -> feature.values() != null)
        || dense.stream().anyMatch(column -> column.missing() != null);
  }
}
