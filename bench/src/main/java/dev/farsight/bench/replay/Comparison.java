package dev.farsight.bench.replay;

import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.cache.CacheTooSmallException;
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
    requireRoom(slots);
    try {
      return new Replay(requests, settings, contender, slots, nextUses, bound).run();
    } catch (CacheTooSmallException e) {
      throw tooSmall(slots, e.slotsNeeded());
    }
  }

  private void requireRoom(int slots) {
    if (slots < requests.maxUniqueRows()) {
      throw tooSmall(slots, requests.maxUniqueRows());
    }
  }

  private static ConfigException tooSmall(int slots, long needed) {
    return new ConfigException(
        String.format(
            Locale.ROOT,
            "a cache of %d slots is too small: a batch has unique rows for %d; ask for as many, or for a smaller --batch",
            slots,
            needed));
  }
}
