package dev.farsight.reading.internal.settings;

import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Quoted;
import dev.farsight.reading.CategoricalColumn;
import dev.farsight.reading.DenseColumn;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the list {@code dense}: the numeric columns.
 *
 * @param columns all of them
 * @param buckets the buckets of those that are categories too, in the same order
 */
public record DenseEntries(List<DenseColumn> columns, List<CategoricalColumn> buckets) {

  private static final String BUCKETS = "buckets";

  private static final List<String> KEYS =
      List.of("column", "transform", "mean", "deviation", "clip-min", "clip-max", BUCKETS);

  /**
   * @param features names that are taken
   */
  public static DenseEntries of(Settings own, List<String> features) {
    var transforms = new TransformSettings(own);
    var made = new DenseEntries(new ArrayList<>(), new ArrayList<>());
    var taken = new ArrayList<>(features);
    for (Settings entry : Entries.of(own, "dense")) {
      Entries.onlyKeys(entry, KEYS);
      var column = new DenseColumn(entry.string("column"), false, transforms.of(entry));
      made.columns.add(column);
      Settings from = entry.has(BUCKETS) ? entry : own;
      if (from.bool(BUCKETS)) {
        CategoricalColumn bucket = CategoricalColumn.buckets(column);
        String name = bucket.name();
        if (taken.contains(name)) {
          throw from.bad(
              BUCKETS, "makes a second feature of the name " + Quoted.of(name) + "; leave one out");
        }
        taken.add(name);
        made.buckets.add(MinCounts.apply(bucket, own));
      }
    }
    return made;
  }
}
