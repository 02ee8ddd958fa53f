package dev.farsight.datasets;

import com.typesafe.config.ConfigValueType;
import dev.farsight.api.config.Settings;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/** How many rows the tables of well-known data sets have, as the field's benchmarks count them. */
public enum Cardinalities {
  /** Criteo Kaggle: 26 tables, 33,762,577 rows. */
  KAGGLE(
      1460, 583, 10131227, 2202608, 305, 24, 12517, 633, 3, 93145, 5683, 8351593, 3194, 27, 14992,
      5461306, 10, 5652, 2173, 4, 7046547, 18, 15, 286181, 105, 142572),
  /** Criteo 1TB: 26 tables, 177,944,275 rows. */
  TERABYTE(
      45833188, 36746, 17245, 7413, 20243, 3, 7114, 1441, 62, 29275261, 1572176, 345138, 10, 2209,
      11267, 128, 4, 974, 14, 48937457, 11316796, 40094537, 452104, 12606, 104, 35),
  /** Avazu: 13 tables, 9,445,823 rows. */
  AVAZU(7, 7, 4737, 7745, 26, 8552, 559, 36, 2686408, 6729486, 8251, 5, 4),
  /** MLPerf's training set for recommendation, made of Criteo 1TB: 26 tables, 204,184,588 rows. */
  MLPERF(
      40000000, 39060, 17295, 7424, 20265, 3, 7122, 1543, 63, 40000000, 3067956, 405282, 10, 2209,
      11938, 155, 4, 976, 14, 40000000, 40000000, 40000000, 590152, 12973, 108, 36);

  private static final String KEY = "cardinalities";

  @SuppressWarnings("ImmutableEnumChecker") // never handed out, only copies
  private final int[] rows;

  Cardinalities(int... rows) {
    this.rows = rows;
  }

  /** Rows of each table. */
  public int[] rows() {
    return rows.clone();
  }

  private String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads {@code cardinalities}: the name of one of {@code known}, or a list of numbers.
   *
   * @param tables how many numbers the list must have; 0 for any number
   */
  public static int[] read(Settings own, int tables, Cardinalities... known) {
    if (own.has(KEY) && own.config().getValue(KEY).valueType() == ConfigValueType.STRING) {
      String name = own.choice(KEY, Arrays.stream(known).map(Cardinalities::key).toList());
      return valueOf(name.toUpperCase(Locale.ROOT)).rows();
    }
    int[] rows = own.integers(KEY, 1, Integer.MAX_VALUE);
    if (rows.length == 0 || (tables > 0 && rows.length != tables)) {
      throw own.bad(
          KEY,
          String.format(
              Locale.ROOT,
              "has %d numbers, %s needed",
              rows.length,
              tables > 0 ? tables : "at least 1"));
    }
    return rows;
  }

  /** Tables of those rows, named by position. */
  public static TableSet tables(int[] rows, IntFunction<String> name) {
    var tables = new ArrayList<Table>();
    for (int t = 0; t < rows.length; t++) {
      tables.add(new Table(name.apply(t), rows[t]));
    }
    return new TableSet(List.copyOf(tables));
  }
}
