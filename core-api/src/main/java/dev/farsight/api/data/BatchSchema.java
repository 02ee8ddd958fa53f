package dev.farsight.api.data;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.table.TableSet;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The layout of the samples of a data source. Immutable.
 *
 * <p>Each feature looks rows up in one table; several features may share a table.
 *
 * @param denseWidth how many dense (numeric) features a sample has; may be 0
 * @param tables the tables that features look rows up in; each is used by some feature
 * @param features the categorical features, in the order of the columns, each with a name of its
 *     own
 * @param columns the columns that a batch carries beside dense features and lookups
 * @param lookupLimit most lookups of one feature in a batch, where {@link Feature#maxLookups} times
 *     the samples would be more: bags that are long but rarely full then take less memory. {@link
 *     #NO_LIMIT} if there is none
 */
public record BatchSchema(
    int denseWidth, TableSet tables, List<Feature> features, Set<Column> columns, int lookupLimit) {

  /** The {@link #lookupLimit} of batches that have room for full bags. */
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  /** A column that a batch may carry beside dense features and lookups. */
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
    if (lookupLimit < 1) {
      throw new IllegalArgumentException("at most " + lookupLimit + " lookups; 1 is needed");
    }
    var names = new HashSet<String>();
    var used = new boolean[tables.size()];
    for (Feature feature : features) {
      if (!names.add(feature.name())) {
        throw new IllegalArgumentException("two features are named " + Quoted.of(feature.name()));
      }
      if (feature.table() < 0 || feature.table() >= used.length) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "feature %s looks rows up in table %d of %d",
                Quoted.of(feature.name()),
                feature.table(),
                used.length));
      }
      used[feature.table()] = true;
    }
    for (int t = 0; t < used.length; t++) {
      if (!used[t]) {
        throw new IllegalArgumentException(
            "no feature looks rows up in table " + Quoted.of(tables.get(t).name()));
      }
    }
  }

  /** A schema whose batches have room for full bags. */
  public BatchSchema(int denseWidth, TableSet tables, List<Feature> features, Set<Column> columns) {
    this(denseWidth, tables, features, columns, NO_LIMIT);
  }

  /** A schema with one one-hot feature for each table, named like the table. */
  public BatchSchema(int denseWidth, TableSet tables, Set<Column> columns) {
    this(denseWidth, tables, featuresOf(tables), columns);
  }

  /** The same, with or without labels and true probabilities. */
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

  /** The same layout, with room for at most so many lookups of a feature in a batch. */
  public BatchSchema withLookupLimit(int limit) {
    return new BatchSchema(denseWidth, tables, features, columns, limit);
  }

  /** Whether every feature is one-hot. */
  public boolean oneHot() {
    return features.stream().allMatch(Feature::oneHot);
  }

  /** Whether features and tables correspond one to one, in order, and every feature is one-hot. */
  public boolean oneHotEachTable() {
    return oneHot()
        && features.size() == tables.size()
        && IntStream.range(0, features.size()).allMatch(f -> features.get(f).table() == f);
  }

  /** Whether a feature pools its rows like this. */
  public boolean pools(Pooling pooling) {
    return features.stream().anyMatch(feature -> feature.pooling() == pooling);
  }

  /** Whether lookups of some feature have weights. */
  public boolean weightedLookups() {
    return features.stream().anyMatch(Feature::weighted);
  }

  /** The features that look rows up in a table, in order. */
  public int[] featuresOf(int table) {
    return IntStream.range(0, features.size())
        .filter(f -> features.get(f).table() == table)
        .toArray();
  }

  /** Most lookups of a feature in a batch of so many samples. */
  public long maxLookups(int feature, int samples) {
    Feature of = features.get(feature);
    long most = (long) samples * of.maxLookups();
    return of.oneHot() ? most : Math.min(most, lookupLimit);
  }

  /** Most lookups of all features in a batch of so many samples. */
  public long maxLookups(int samples) {
    return IntStream.range(0, features.size()).mapToLong(f -> maxLookups(f, samples)).sum();
  }

  /**
   * Checks that an int counts the lookups of a batch of so many samples.
   *
   * @throws ConfigException if not; the message names the settings
   */
  public void requireCountableLookups(int samples) {
    long lookups = maxLookups(samples);
    if (lookups > Integer.MAX_VALUE) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "farsight.data.batch-size: a batch of %d samples can have %d lookups, at most %d are"
                  + " possible; make it smaller, or set farsight.data.max-lookups",
              samples,
              lookups,
              Integer.MAX_VALUE));
    }
  }

  /** Most lookups in a table, by all features that share it, in a batch of so many samples. */
  public long maxTableLookups(int table, int samples) {
    return IntStream.of(featuresOf(table)).mapToLong(f -> maxLookups(f, samples)).sum();
  }

  /** Most unique rows that a batch of so many samples can have. */
  public long maxUniqueRows(int samples) {
    return IntStream.range(0, tables.size())
        .mapToLong(t -> Math.min(tables.get(t).rows(), maxTableLookups(t, samples)))
        .sum();
  }
}
