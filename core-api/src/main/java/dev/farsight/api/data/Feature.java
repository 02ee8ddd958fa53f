package dev.farsight.api.data;

import dev.farsight.api.internal.Quoted;
import java.util.Locale;

/**
 * A categorical feature: the values of one column of the data, which are looked up in a table. The
 * lookups of one sample are a <em>bag</em>; their rows are pooled to one vector. A feature is
 * <em>one-hot</em> if every sample looks up exactly one row, without a weight. Several features may
 * look rows up in the same table.
 *
 * @param name the name of the column
 * @param table the position of the table in the schema's {@link BatchSchema#tables}
 * @param minLookups fewest lookups of a sample; 0 if a bag may be empty
 * @param maxLookups most lookups of a sample, at least 1
 * @param pooling how the rows of a bag become one vector
 * @param weighted whether each lookup has a weight; not with {@link Pooling#MAX}
 */
public record Feature(
    String name, int table, int minLookups, int maxLookups, Pooling pooling, boolean weighted) {

  public Feature {
    if (minLookups < 0 || maxLookups < 1 || minLookups > maxLookups) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "feature %s: %d to %d lookups a sample; 0 <= fewest <= most and most >= 1 are needed",
              Quoted.of(name),
              minLookups,
              maxLookups));
    }
    if (weighted && pooling == Pooling.MAX) {
      throw new IllegalArgumentException(
          "feature " + Quoted.of(name) + ": max pooling takes no weights");
    }
  }

  /** A one-hot feature. */
  public Feature(String name, int table) {
    this(name, table, 1, 1, Pooling.SUM, false);
  }

  /** A feature whose samples have up to {@code maxLookups} lookups without weights, or none. */
  public static Feature bag(String name, int table, int maxLookups, Pooling pooling) {
    return new Feature(name, table, 0, maxLookups, pooling, false);
  }

  /** The same feature, whose lookups have weights. */
  public Feature withWeights() {
    return new Feature(name, table, minLookups, maxLookups, pooling, true);
  }

  /** Whether every sample looks up exactly one row, without a weight. */
  public boolean oneHot() {
    return minLookups == 1 && maxLookups == 1 && !weighted;
  }
}
