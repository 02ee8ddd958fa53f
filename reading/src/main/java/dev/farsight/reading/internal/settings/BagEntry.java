package dev.farsight.reading.internal.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Pooling;
import dev.farsight.reading.BagRule;
import dev.farsight.reading.BagRule.LongBags;
import dev.farsight.reading.DenseColumn;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Reads how a categorical column holds bags. One with {@code max-lookups} does. */
final class BagEntry {

  static final String SEPARATOR = "separator";

  private static final String MOST = "max-lookups";
  private static final List<String> NEED_MOST = List.of(SEPARATOR, "padding", "pooling", "weights");
  private static final List<String> POOLINGS =
      Stream.of(Pooling.values()).map(Pooling::configName).toList();

  private final LongBags longBags;

  /** What stands between two fields; null if values are handed over one by one. */
  private final Character fieldSeparator;

  private BagEntry(Settings own, Character fieldSeparator) {
    this.longBags =
        LongBags.valueOf(
            own.choice("on-long-bag", List.of("fail", "truncate")).toUpperCase(Locale.ROOT));
    this.fieldSeparator = fieldSeparator;
  }

  /** For bags that are handed over value by value. */
  static BagEntry listed(Settings own) {
    return new BagEntry(own, null);
  }

  /** For bags that stand in one field. */
  static BagEntry separated(Settings own, char fieldSeparator) {
    return new BagEntry(own, fieldSeparator);
  }

  /** Whether a key of an entry means something. */
  boolean knows(String key) {
    return fieldSeparator != null || !key.equals(SEPARATOR);
  }

  /** Null if the column's fields hold one value. */
  BagRule rule(Settings column) {
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
    int separator = separator(column, most);
    Pooling pooling = pooling(column);
    return new BagRule(
        separator,
        most,
        longBags,
        pooling,
        column.optionalString("padding").map(text -> text.getBytes(UTF_8)).orElse(null),
        weights(column, pooling));
  }

  private int separator(Settings column, int most) {
    if (fieldSeparator == null) {
      return BagRule.LISTED;
    }
    if (column.has(SEPARATOR)) {
      return Separators.ofValues(column, fieldSeparator);
    }
    if (most > 1) {
      throw column.bad(MOST, "needs a separator between the values of a field; give separator");
    }
    return BagRule.NO_SEPARATOR;
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
