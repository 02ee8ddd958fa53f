package dev.farsight.testkit.compute;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.Feature;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One lookup of a batch, read from it the naive way.
 *
 * @param number its number among all lookups of the batch
 * @param bag the number of its bag among all bags of the batch
 * @param rowId the row that it refers to
 * @param weight 1 if the feature has no weights
 */
public record Lookup(int number, int bag, long rowId, double weight) {

  /** The lookups of a feature in a sample, in order. */
  public static List<Lookup> ofBag(Batch batch, int feature, int sample) {
    Feature of = batch.schema().features().get(feature);
    int[] offsets = batch.offsets(feature);
    int from = offsets == null ? sample : offsets[sample];
    int to = offsets == null ? sample + 1 : offsets[sample + 1];
    var lookups = new ArrayList<Lookup>();
    for (int i = from; i < to; i++) {
      lookups.add(
          new Lookup(
              batch.lookupStart(feature) + i,
              feature * batch.samples() + sample,
              batch.schema().tables().rowId(of.table(), batch.indices(feature)[i]),
              of.weighted() ? batch.lookupWeights(feature).get(i) : 1));
    }
    return lookups;
  }

  /** All lookups of a batch, in order. */
  public static List<Lookup> all(Batch batch) {
    var lookups = new ArrayList<Lookup>();
    for (int f = 0; f < batch.schema().features().size(); f++) {
      for (int s = 0; s < batch.samples(); s++) {
        lookups.addAll(ofBag(batch, f, s));
      }
    }
    return lookups;
  }

  /**
   * The lookups of each unique row: rows table by table, each table's in the order of first lookup.
   */
  static Map<Long, List<Lookup>> byRow(Batch batch) {
    var tables = batch.schema().tables();
    var byTable = new ArrayList<>(all(batch));
    byTable.sort(Comparator.comparingInt(lookup -> tables.tableOf(lookup.rowId)));
    var byRow = new LinkedHashMap<Long, List<Lookup>>();
    for (Lookup lookup : byTable) {
      byRow.computeIfAbsent(lookup.rowId, row -> new ArrayList<>()).add(lookup);
    }
    return byRow;
  }
}
