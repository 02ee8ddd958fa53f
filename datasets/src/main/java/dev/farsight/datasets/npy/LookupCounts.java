package dev.farsight.datasets.npy;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import java.util.Locale;

/** How many lookups samples have, from the offsets of their bags, which are checked. */
final class LookupCounts {

  private LookupCounts() {}

  /**
   * Writes how many lookups each sample has behind where its lookups begin, for features whose
   * samples have different numbers of them.
   */
  static void count(BatchSchema schema, SampleFiles part, long row, int count, Batch into, int at) {
    for (int f = 0; f < part.bags().size(); f++) {
      BagArrays bag = part.bags().get(f);
      if (bag.ragged()) {
        count(schema.features().get(f), bag, row, count, into.offsets(f), at);
      }
    }
  }

  private static void count(
      Feature feature, BagArrays bag, long row, int count, int[] ends, int at) {
    long from = bag.offsets().longAt(row);
    for (int i = 0; i < count; i++) {
      long to = bag.offsets().longAt(row + i + 1);
      long lookups = to - from;
      if (lookups < feature.minLookups() || lookups > feature.maxLookups()) {
        throw WrongValue.of(
            bag.offsets(),
            row + i,
            feature,
            String.format(
                Locale.ROOT,
                "%d lookups, not %d to %d",
                lookups,
                feature.minLookups(),
                feature.maxLookups()));
      }
      if (from < 0 || to > bag.ids().rows()) {
        throw WrongValue.of(
            bag.offsets(),
            row + i,
            feature,
            "the lookups from " + from + " on are not in the file");
      }
      ends[at + i + 1] = (int) lookups;
      from = to;
    }
  }
}
