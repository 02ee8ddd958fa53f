package dev.farsight.reading.internal.record;

import dev.farsight.api.data.ValueObserver.Values;
import dev.farsight.reading.BadRowException;
import dev.farsight.reading.BagRule;
import dev.farsight.reading.CategoricalColumn;
import java.util.Arrays;
import java.util.Locale;

/** Cuts the field of a bag into values, and the field of its weights along with it. Stateless. */
final class BagParser {

  private final CategoricalColumn column;

  /** Where the source's settings are, for messages. */
  private final String section;

  private final BagRule rule;

  /** Null if lookups have no weights. */
  private final DenseReader weights;

  BagParser(CategoricalColumn column, String section) {
    this.column = column;
    this.section = section;
    this.rule = column.bag();
    this.weights = rule.weights() == null ? null : new DenseReader(rule.weights());
  }

  /**
   * Adds the bag at [from, to), with the weights at [weightsFrom, weightsTo), if it has weights.
   *
   * @throws BadRowException if it is malformed; the message names the column
   */
  void parse(byte[] bytes, int from, int to, int weightsFrom, int weightsTo, ParsedBags into) {
    if (weights != null) {
      requireAsManyWeights(values(bytes, from, to), values(bytes, weightsFrom, weightsTo));
    }
    int lookups = 0;
    int start = from;
    int weightStart = weightsFrom;
    while (start < to) {
      int end = end(bytes, start, to);
      int weightEnd = end(bytes, weightStart, weightsTo);
      if (start < end && !isPadding(bytes, start, end)) {
        if (lookups < rule.maxLookups()) {
          float weight = weights == null ? 1 : weight(bytes, weightStart, weightEnd);
          into.add(index(bytes, start, end), weight);
        }
        lookups++;
      }
      start = end + 1;
      weightStart = weightEnd + 1;
    }
    if (lookups > rule.maxLookups()) {
      requireTruncation(lookups);
      into.truncate();
    }
  }

  /**
   * Tells the values that {@link #parse} makes lookups of; the bag at [from, to) is well-formed.
   */
  void observe(byte[] bytes, int from, int to, int feature, Values into) {
    int lookups = 0;
    int start = from;
    while (start < to && lookups < rule.maxLookups()) {
      int end = end(bytes, start, to);
      if (start < end && !isPadding(bytes, start, end)) {
        into.categorical(feature, column.rule().value(bytes, start, end));
        lookups++;
      }
      start = end + 1;
    }
    if (lookups == 0) {
      into.missing(feature);
    }
  }

  /** Where the value ends that begins at {@code start}. */
  private int end(byte[] bytes, int start, int to) {
    int end = start;
    while (end < to && bytes[end] != rule.separator()) {
      end++;
    }
    return end;
  }

  private boolean isPadding(byte[] bytes, int from, int to) {
    byte[] padding = rule.padding();
    return padding != null && Arrays.equals(bytes, from, to, padding, 0, padding.length);
  }

  private int index(byte[] bytes, int from, int to) {
    try {
      return column.index(bytes, from, to);
    } catch (BadRowException e) {
      throw BadFields.of(column.name(), bytes, from, to, e);
    }
  }

  private float weight(byte[] bytes, int from, int to) {
    try {
      if (from == to) {
        throw new BadRowException("is not a number");
      }
      return (float) weights.value(bytes, from, to);
    } catch (BadRowException e) {
      throw BadFields.of(weights.name(), bytes, from, to, e);
    }
  }

  private void requireAsManyWeights(int values, int given) {
    if (given != values) {
      throw new BadRowException(
          String.format(
              Locale.ROOT,
              "column %s: as many values as in column %s are needed, %d, and there are %d",
              weights.name(),
              column.name(),
              values,
              given));
    }
  }

  /** How many values a field has, empty ones included. */
  private int values(byte[] bytes, int from, int to) {
    int values = from == to ? 0 : 1;
    for (int i = from; i < to; i++) {
      values += bytes[i] == rule.separator() ? 1 : 0;
    }
    return values;
  }

  private void requireTruncation(int lookups) {
    if (rule.longBags() == BagRule.LongBags.FAIL) {
      throw new BadRowException(
          String.format(
              Locale.ROOT,
              "column %s: a bag of %d lookups, and its max-lookups is %d; make it larger, or set"
                  + " %s.on-long-bag = truncate",
              column.name(),
              lookups,
              rule.maxLookups(),
              section));
    }
  }
}
