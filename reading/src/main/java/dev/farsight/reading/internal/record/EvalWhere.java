package dev.farsight.reading.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.farsight.api.config.Settings;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which rows are for evaluation by the text of a column: {@code data.eval-where}. Immutable.
 *
 * @param column name of the field
 * @param values texts of rows for evaluation; empty if {@code atLeast} tells
 * @param atLeast the least text of rows for evaluation; null if {@code values} tell
 */
record EvalWhere(String column, Set<ByteBuffer> values, Threshold atLeast) {

  static final String SECTION = "eval-where";

  private static final String COLUMN = "column";
  private static final String VALUES = "values";
  private static final String AT_LEAST = "at-least";

  /** Whether the settings ask for it. */
  static boolean isSet(Settings data) {
    return data.section(SECTION).has(COLUMN);
  }

  /**
   * Reads the settings; null if they do not ask for it.
   *
   * @throws dev.farsight.api.config.ConfigException if they are wrong
   */
  static EvalWhere of(Settings data) {
    if (!isSet(data)) {
      return null;
    }
    Settings where = data.section(SECTION);
    List<String> values = where.has(VALUES) ? where.strings(VALUES) : List.of();
    boolean atLeast = where.has(AT_LEAST);
    if (values.isEmpty() && !atLeast) {
      throw where.bad(
          COLUMN, "needs to know which rows are for evaluation; set values or at-least");
    }
    if (!values.isEmpty() && atLeast) {
      throw where.bad(AT_LEAST, "and values both say what to evaluate; set one of them");
    }
    return new EvalWhere(
        where.string(COLUMN),
        values.stream()
            .map(text -> ByteBuffer.wrap(text.getBytes(UTF_8)))
            .collect(Collectors.toUnmodifiableSet()),
        atLeast ? new Threshold(where.string(AT_LEAST)) : null);
  }

  /** Whether a row whose column holds the text at [from, to) is for evaluation. */
  boolean evaluates(byte[] bytes, int from, int to) {
    return atLeast == null
        ? values.contains(ByteBuffer.wrap(bytes, from, to - from))
        : from < to && atLeast.reachedBy(bytes, from, to);
  }
}
