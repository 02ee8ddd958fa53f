package dev.farsight.reading.internal.settings;

import dev.farsight.api.config.Settings;
import dev.farsight.api.table.Table;
import dev.farsight.reading.CategoricalColumn;
import java.util.List;

/** Reads {@code ids}: whether indices are values modulo the rows, or those of a vocabulary. */
public final class Ids {

  static final String KEY = "ids";

  private static final String VOCABULARY = "vocabulary";

  /** Missing values have a row, values that are not in the vocabulary another, and one is. */
  private static final int LEAST_ROWS = 3;

  private Ids() {}

  /**
   * Whether there is a vocabulary.
   *
   * @param settings a section that may have the key; without it there is none
   */
  static boolean vocabulary(Settings settings) {
    return settings.has(KEY)
        && settings.choice(KEY, List.of("modulo", VOCABULARY)).equals(VOCABULARY);
  }

  /**
   * Rows of a table with a vocabulary at most.
   *
   * @param entry whose {@code rows} may be left out
   */
  static int mostRows(Settings entry) {
    return entry.has("rows")
        ? entry.integer("rows", LEAST_ROWS, Integer.MAX_VALUE)
        : Integer.MAX_VALUE;
  }

  /**
   * The column with a vocabulary, if the settings ask for one, or else with rare rows that share
   * one. The rows of its table do not matter to a vocabulary.
   *
   * @param own the source's section
   */
  public static CategoricalColumn apply(CategoricalColumn column, Settings own) {
    if (!vocabulary(own)) {
      return MinCounts.apply(column, own);
    }
    var table = new Table(column.table().name(), Integer.MAX_VALUE);
    return new CategoricalColumn(
            column.field(), column.name(), table, column.rule(), column.bag(), 1)
        .withVocabulary(MinCounts.read(own));
  }
}
