package dev.farsight.bench.replay;

import dev.farsight.api.config.ConfigException;
import java.util.Locale;

/**
 * Replays one trace's requests through policies, and through the clairvoyant as their bound. One
 * thread; holds 4 bytes a unique row of a batch beside the requests.
 */
public final class Comparison {

  private final Requests requests;
  private final NextUses nextUses;
  private final Contender belady;

  public Comparison(Requests requests) {
    this.requests = requests;
    nextUses = new NextUses(requests);
    belady = Contender.belady(requests);
  }

  public Requests requests() {
    return requests;
  }

  /**
   * The fewest slots with which every batch fits.
   *
   * @param regions that share the slots evenly
   */
  public long leastSlots(int regions) {
    return requests.leastSlots(regions);
  }

  /**
   * The clairvoyant's outcome: no policy brings in fewer rows.
   *
   * @throws ConfigException if a batch has more unique rows than there are slots
   */
  public Outcome bound(int slots, ReplaySettings settings) {
    return outcome(slots, belady, null, settings);
  }

  /**
   * One policy's outcome.
   *
   * @param bound the clairvoyant's with as many slots, to tell misses by their cause; or null, when
   *     all but the first uses count as for want of slots
   * @throws ConfigException if a batch has more unique rows than there are slots
   */
  public Outcome outcome(int slots, Contender contender, Outcome bound, ReplaySettings settings) {
    requireRoom(slots, settings.regions());
    return new Replay(requests, settings, contender, slots, nextUses, bound).run();
  }

  private void requireRoom(int slots, int regions) {
    long needed = leastSlots(regions);
    if (slots < needed) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "a cache of %d slots cannot hold every batch; %s, or take a smaller --batch",
              slots,
              advice(needed, requests.distinct())));
    }
  }

  /**
   * How to ask for a cache that holds every batch. One of several regions may need more than its
   * share of all rows, when no size is enough.
   *
   * @param needed the fewest slots that hold every batch
   * @param distinct rows of the trace, of which a cache has at most as many slots
   */
  public static String advice(long needed, long distinct) {
    return needed > distinct
        ? "take one region: --set cache.regions=1"
        : "the least that can is --size \"" + needed + (needed == 1 ? " row\"" : " rows\"");
  }
}
