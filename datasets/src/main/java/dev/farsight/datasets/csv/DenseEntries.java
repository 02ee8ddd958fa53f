package dev.farsight.datasets.csv;

import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Quoted;
import dev.farsight.datasets.text.Buckets;
import dev.farsight.datasets.text.CategoricalColumn;
import dev.farsight.datasets.text.DenseColumn;
import dev.farsight.datasets.text.MinCounts;
import dev.farsight.datasets.text.TransformSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the list {@code dense}: the numeric columns.
 *
 * @param columns all of them
 * @param bucketed those that are categories too
 * @param buckets their buckets, in the same order
 */
record DenseEntries(
    List<DenseColumn> columns, List<String> bucketed, List<CategoricalColumn> buckets) {

  private static final String BUCKETS = "buckets";

  private static final String[] KEYS = {
    "column", "transform", "mean", "deviation", "clip-min", "clip-max", BUCKETS
  };

  /**
   * @param features names that are taken
   */
  static DenseEntries of(Settings own, List<String> features) {
    var transforms = new TransformSettings(own);
    var made = new DenseEntries(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    var taken = new ArrayList<>(features);
    for (Settings entry : Entries.of(own, "dense")) {
      Entries.onlyKeys(entry, KEYS);
      var column = new DenseColumn(entry.string("column"), false, transforms.of(entry));
      made.columns.add(column);
      Settings from = entry.has(BUCKETS) ? entry : own;
      if (from.bool(BUCKETS)) {
        String name = Buckets.name(column);
        if (taken.contains(name)) {
          throw from.bad(
              BUCKETS, "makes a second feature of the name " + Quoted.of(name) + "; leave one out");
        }
        taken.add(name);
        made.bucketed.add(column.name());
        made.buckets.add(MinCounts.apply(Buckets.of(column), own));
      }
    }
    return made;
  }

  /** Names, or numbers, of the columns. */
  List<String> names() {
    return columns.stream().map(DenseColumn::name).toList();
  }
}
