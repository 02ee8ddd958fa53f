package dev.farsight.bench.replay;

import java.util.BitSet;

/**
 * What came of one policy with one number of slots. Training counts; evaluations of the trace were
 * planned too, but are left out.
 *
 * @param lookAhead batches known ahead; 0 where the policy makes no use of it
 * @param loaded rows read from the store
 * @param forwarded rows that came back from the out-ring
 * @param evicted rows that left their slots
 * @param writtenBack dirty rows that left their slots
 * @param plannerSeconds spent in look-ahead, residency and policy
 * @param resident which unique rows of all batches were resident, by position
 */
public record Outcome(
    String policy,
    int lookAhead,
    int slots,
    Tally tally,
    long loaded,
    long forwarded,
    long evicted,
    long writtenBack,
    long shrunk,
    double plannerSeconds,
    BitSet resident) {

  /** Lookups planned a second. */
  public double lookupsPerSecond() {
    return plannerSeconds > 0 ? tally.all().lookups() / plannerSeconds : 0;
  }

  /**
   * How many more rows came in than under the clairvoyant, as a share of the latter; 0 where none
   * had to.
   */
  public double regret(Outcome bound) {
    long least = bound.tally.all().missed();
    return least == 0 ? 0 : (double) tally.all().missed() / least - 1;
  }
}
