package dev.farsight.api.data;

import dev.farsight.api.table.TableSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The layout of the samples of a data source. Immutable.
 *
 * <p>Each feature looks up one row per sample in its table. Features and tables correspond one to
 * one, in order.
 *
 * @param denseWidth how many dense (numeric) features a sample has; may be 0
 * @param tables the tables that features look rows up in
 * @param features the categorical features, in the order of the columns
 * @param columns the columns that a batch carries beside dense features and indices
 */
public record BatchSchema(
    int denseWidth, TableSet tables, List<Feature> features, Set<Column> columns) {

  /** A column that a batch may carry beside dense features and indices. */
  public enum Column {
    /** A label, 0 or 1. A source without labels can only be evaluated. */
    LABEL,
    /** The true probability of label 1 (synthetic data). */
    TRUTH,
    /** The sample's weight in the loss, finite and at least 0. */
    WEIGHT,
    /** The id of the group that the sample belongs to, such as a user. */
    GROUP,
    /** The number of the sample's row in the source, from 0. */
    ROW_NUMBER
  }

  public BatchSchema {
    if (denseWidth < 0) {
      throw new IllegalArgumentException("dense width " + denseWidth + "; at least 0 is needed");
    }
    features = List.copyOf(features);
    columns = Set.copyOf(columns);
    if (features.size() != tables.size()) {
      throw new IllegalArgumentException(
          features.size() + " features for " + tables.size() + " tables");
    }
    for (int f = 0; f < features.size(); f++) {
      if (features.get(f).table() != f) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "feature %d looks rows up in table %d, not %d",
                f,
                features.get(f).table(),
                f));
      }
    }
  }

  /** A schema with one feature for each table, named like the table. */
  public BatchSchema(int denseWidth, TableSet tables, Set<Column> columns) {
    this(denseWidth, tables, featuresOf(tables), columns);
  }

  /** A schema with one feature for each table, with or without labels and true probabilities. */
  public BatchSchema(int denseWidth, TableSet tables, boolean labelled, boolean truth) {
    this(denseWidth, tables, columns(labelled, truth));
  }

  private static List<Feature> featuresOf(TableSet tables) {
    return IntStream.range(0, tables.size())
        .mapToObj(t -> new Feature(tables.get(t).name(), t))
        .toList();
  }

  private static Set<Column> columns(boolean labelled, boolean truth) {
    var columns = EnumSet.noneOf(Column.class);
    if (labelled) {
      columns.add(Column.LABEL);
    }
    if (truth) {
      columns.add(Column.TRUTH);
    }
    return columns;
  }

  /** Whether batches carry a column. */
  public boolean has(Column column) {
    return columns.contains(column);
  }

  /** Whether samples carry a label. */
  public boolean labelled() {
    return has(Column.LABEL);
  }

  /** Whether samples carry the true probability of label 1. */
  public boolean truth() {
    return has(Column.TRUTH);
  }

  /** Whether samples carry a weight in the loss. */
  public boolean weighted() {
    return has(Column.WEIGHT);
  }
}
