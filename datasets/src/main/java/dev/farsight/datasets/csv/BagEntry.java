package dev.farsight.datasets.csv;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Pooling;
import dev.farsight.datasets.text.BagRule;
import dev.farsight.datasets.text.BagRule.LongBags;
import dev.farsight.datasets.text.DenseColumn;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Reads how a categorical column holds bags. One with {@code max-lookups} does. */
final class BagEntry {

  private static final String MOST = "max-lookups";
  private static final List<String> NEED_MOST =
      List.of("separator", "padding", "pooling", "weights");
  private static final List<String> POOLINGS =
      Stream.of(Pooling.values()).map(Pooling::configName).toList();

  private BagEntry() {}

  /** What becomes of long bags, for all columns. */
  static LongBags longBags(Settings own) {
    return LongBags.valueOf(
        own.choice("on-long-bag", List.of("fail", "truncate")).toUpperCase(Locale.ROOT));
  }

  /**
   * @param fieldSeparator what stands between two fields
   * @return null if the column's fields hold one value
   */
  static BagRule of(Settings column, char fieldSeparator, LongBags longBags) {
    if (!column.has(MOST)) {
      for (String key : NEED_MOST) {
        if (column.has(key)) {
          throw column.bad(
              key, "is for a column of bags; give " + MOST + ", the most lookups of a sample, too");
        }
      }
      return null;
    }
    int most = column.integer(MOST, 1, BagRule.MOST_LOOKUPS);
    if (most > 1 && !column.has("separator")) {
      throw column.bad(MOST, "needs a separator between the values of a field; give separator");
    }
    Pooling pooling = pooling(column);
    return new BagRule(
        column.has("separator")
            ? Separators.ofValues(column, fieldSeparator)
            : BagRule.NO_SEPARATOR,
        most,
        longBags,
        pooling,
        column.optionalString("padding").map(text -> text.getBytes(UTF_8)).orElse(null),
        weights(column, pooling));
  }

  private static Pooling pooling(Settings column) {
    return column.has("pooling")
        ? Pooling.valueOf(column.choice("pooling", POOLINGS).toUpperCase(Locale.ROOT))
        : Pooling.SUM;
  }

  private static DenseColumn weights(Settings column, Pooling pooling) {
    if (!column.has("weights")) {
      return null;
    }
    if (pooling == Pooling.MAX) {
      throw column.bad(
          "weights", "has no meaning with pooling = max; set sum or mean, or leave it out");
    }
    return DenseColumn.plain(column.string("weights"));
  }
}
