package dev.farsight.bench.replay;

import java.util.ArrayList;
import java.util.List;

/**
 * A miss-ratio curve's point: one policy with one number of slots. Estimated from a sample, it is
 * the misses of the sample's rows over their expected lookups, {@code rate} times those of all rows
 * (SHARDS-adj): whether the hottest rows are in the sample then hardly matters, for they hit.
 *
 * @param size slots of the whole cache
 * @param lookups share of lookups that miss, by table
 * @param allLookups the same of all tables together
 * @param allUniqueRows share of unique rows that miss, all tables
 */
public record MissRatio(
    String policy, Size size, List<Double> lookups, double allLookups, double allUniqueRows) {

  static MissRatio of(Outcome outcome, Size size, Requests requests) {
    double rate = requests.sample().rate();
    int tables = requests.tables().size();
    var byTable = new ArrayList<Double>();
    double missed = 0;
    double missedUnique = 0;
    double expected = 0;
    double expectedUnique = 0;
    for (int t = 0; t < tables; t++) {
      Tally.Figures figures = outcome.tally().of(t);
      long misses = figures.lookups() - figures.hits();
      missed += misses;
      missedUnique += figures.missed();
      expected += rate * requests.lookupsOf(t);
      expectedUnique += rate * requests.uniqueRowsOf(t);
      byTable.add(ratio((double) misses, rate * requests.lookupsOf(t)));
    }
    return new MissRatio(
        outcome.policy(),
        size,
        List.copyOf(byTable),
        ratio(missed, expected),
        ratio(missedUnique, expectedUnique));
  }

  private static double ratio(double misses, double expected) {
    return expected == 0 ? 0 : Math.min(1, misses / expected);
  }
}
