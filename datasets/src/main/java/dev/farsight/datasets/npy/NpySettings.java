package dev.farsight.datasets.npy;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Pooling;
import dev.farsight.datasets.Cardinalities;
import dev.farsight.reading.Transform;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The section {@code farsight.data.npy}.
 *
 * @param transform of dense values; null if they stay as they are
 * @param sparseSuffixes how files with ids may end; a part has one of them
 */
record NpySettings(
    Settings own,
    boolean modulo,
    Transform transform,
    Pooling pooling,
    String denseSuffix,
    String labelsSuffix,
    List<String> sparseSuffixes,
    boolean verify) {

  static final String CARDINALITIES = "cardinalities";

  private static final Cardinalities[] KNOWN = {
    Cardinalities.KAGGLE, Cardinalities.TERABYTE, Cardinalities.MLPERF
  };

  static NpySettings of(Settings own) {
    if (own.has(CARDINALITIES)) {
      Cardinalities.read(own, 0, KNOWN);
    }
    var settings =
        new NpySettings(
            own,
            own.choice("ids", List.of("fail", "modulo")).equals("modulo"),
            own.choice("transform", List.of("none", "log")).equals("log") ? Transform.log() : null,
            pooling(own),
            suffix(own, "dense-suffix"),
            suffix(own, "labels-suffix"),
            sparseSuffixes(own),
            own.bool("verify"));
    settings.requireDifferentSuffixes();
    return settings;
  }

  private static Pooling pooling(Settings own) {
    List<String> names = Arrays.stream(Pooling.values()).map(Pooling::configName).toList();
    return Pooling.valueOf(own.choice("pooling", names).toUpperCase(Locale.ROOT));
  }

  private static String suffix(Settings own, String key) {
    String suffix = own.string(key);
    if (!suffix.endsWith(".npy") || suffix.contains("/")) {
      throw own.bad(key, "is not the end of a file's name, such as _dense.npy");
    }
    return suffix;
  }

  private static List<String> sparseSuffixes(Settings own) {
    List<String> suffixes = own.strings("sparse-suffix");
    boolean good =
        suffixes.stream()
            .allMatch(s -> (s.endsWith(".npy") || s.endsWith(".npz")) && !s.contains("/"));
    if (suffixes.isEmpty() || !good) {
      throw own.bad(
          "sparse-suffix",
          "is not the end of a file's name, such as _sparse.npy, or a list of them");
    }
    return suffixes;
  }

  private void requireDifferentSuffixes() {
    List<String> all = suffixes().toList();
    if (new HashSet<>(all).size() < all.size()) {
      throw own.bad("sparse-suffix", "and the other suffixes must differ");
    }
  }

  /** How files end that belong to a part. */
  Stream<String> suffixes() {
    return Stream.concat(Stream.of(denseSuffix, labelsSuffix), sparseSuffixes.stream());
  }

  /**
   * Rows of the tables of files that do not tell.
   *
   * @param tables how many there are
   * @param in the file that has so many
   */
  int[] cardinalities(int tables, Object in) {
    if (!own.has(CARDINALITIES)) {
      throw own.bad(
          CARDINALITIES,
          String.format(
              Locale.ROOT,
              "is not set, and %s does not tell how many rows its %d tables have: set kaggle,"
                  + " terabyte, mlperf, or a list of %d numbers",
              in,
              tables,
              tables));
    }
    int[] rows = Cardinalities.read(own, 0, KNOWN);
    if (rows.length != tables) {
      throw own.bad(
          CARDINALITIES,
          String.format(
              Locale.ROOT, "has %d numbers, and %s has %d features", rows.length, in, tables));
    }
    return rows;
  }

  /** Checks that nothing is set that prepared data tells itself. */
  void requireNoneOfOtherFiles() {
    String told = "is for files of other tools, and prepared data tells it itself; leave it out";
    if (own.has(CARDINALITIES)) {
      throw own.bad(CARDINALITIES, told);
    }
    if (modulo) {
      throw own.bad("ids", told);
    }
    if (transform != null) {
      throw own.bad("transform", told);
    }
    if (pooling != Pooling.SUM) {
      throw own.bad("pooling", told);
    }
  }

  /** Checks that nothing is set that only prepared data has. */
  void requireNoneOfPrepared() {
    if (verify) {
      throw own.bad(
          "verify", "is for prepared data, and files of other tools have no sums to compare with");
    }
  }
}
