package dev.farsight.datasets.synthetic;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValueType;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How many rows of a table a sample looks up.
 *
 * @param most most lookups of a sample
 * @param varies whether a sample has 1 to {@code most} lookups, each number equally often; else all
 *     have {@code most}
 */
record BagLaw(int most, boolean varies) {

  private static final String KEY = "hotness";
  private static final int LARGEST = 1 << 16;

  /** Lookups in each of the 26 tables of MLPerf's training set for recommendation: 214 a sample. */
  private static final List<Integer> MLPERF =
      List.of(3, 2, 1, 2, 6, 1, 1, 1, 1, 7, 3, 8, 1, 6, 9, 5, 1, 1, 1, 12, 100, 27, 10, 3, 1, 1);

  /** Reads {@code hotness} and {@code hotness-law}: a law for each table. */
  static List<BagLaw> read(Settings own, int tables) {
    boolean uniform = own.choice("hotness-law", List.of("fixed", "uniform")).equals("uniform");
    List<Integer> most = most(own, tables);
    if (most.size() != tables) {
      throw own.bad(
          KEY,
          String.format(
              Locale.ROOT, "has %d numbers, %d needed, one for each table", most.size(), tables));
    }
    return most.stream().map(m -> new BagLaw(m, uniform && m > 1)).toList();
  }

  private static List<Integer> most(Settings own, int tables) {
    var value = own.config().getValue(KEY);
    if (value instanceof ConfigList) {
      return IntStream.of(own.integers(KEY, 1, LARGEST)).boxed().toList();
    }
    if (value.valueType() == ConfigValueType.STRING) {
      if (own.string(KEY).equals("mlperf")) {
        return MLPERF;
      }
      if (!own.string(KEY).matches("[0-9]{1,9}")) {
        throw own.bad(
            KEY, "is not a whole number from 1 to " + LARGEST + ", a list of them, or mlperf");
      }
    }
    return Collections.nCopies(tables, own.integer(KEY, 1, LARGEST));
  }

  /** The lookups of a sample, drawn by its key. */
  int size(long sampleKey, int table) {
    return varies
        ? 1 + (int) (Draws.unit(Draws.bits(sampleKey, Draws.BAG_SIZES + table)) * most)
        : most;
  }

  /** Expected number of lookups. */
  double meanSize() {
    return varies ? (1 + most) / 2.0 : most;
  }

  /** Expected inverse of the number of lookups. */
  double meanInverseSize() {
    double sum = 0;
    for (int size = varies ? 1 : most; size <= most; size++) {
      sum += 1.0 / size;
    }
    return varies ? sum / most : sum;
  }

  /** The feature with such bags. */
  Feature feature(String name, int table, Pooling pooling) {
    return most == 1
        ? new Feature(name, table)
        : new Feature(name, table, varies ? 1 : most, most, pooling, false);
  }
}
