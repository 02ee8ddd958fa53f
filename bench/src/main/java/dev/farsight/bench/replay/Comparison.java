package dev.farsight.bench.replay;

import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.cache.CacheTooSmallException;
import java.util.ArrayList;
import java.util.List;

/**
 * Replays one trace's requests through policies, and through the clairvoyant as their bound. One
 * thread; holds 4 bytes a unique row of a batch beside the requests.
 */
public final class Comparison {

  private final Requests requests;
  private final ReplaySettings settings;
  private final NextUses nextUses;
  private final Contender belady;

  public Comparison(Requests requests, ReplaySettings settings) {
    this.requests = requests;
    this.settings = settings;
    nextUses = new NextUses(requests);
    belady = Contender.belady(requests);
  }

  public Requests requests() {
    return requests;
  }

  /**
   * What came of each policy with so many slots, the clairvoyant first.
   *
   * @throws ConfigException if a batch has more unique rows than there are slots
   */
  public List<Outcome> at(int slots, List<Contender> contenders) {
    List<Outcome> outcomes = new ArrayList<>();
    outcomes.add(bound(slots));
    for (Contender contender : contenders) {
      outcomes.add(outcome(slots, contender, outcomes.get(0)));
    }
    return outcomes;
  }

  /** The clairvoyant's outcome: no policy brings in fewer rows. */
  public Outcome bound(int slots) {
    return outcome(slots, belady, null);
  }

  /**
   * One policy's outcome.
   *
   * @param bound the clairvoyant's with as many slots, to tell misses by their cause; or null, when
   *     all but the first uses count as for want of slots
   */
  public Outcome outcome(int slots, Contender contender, Outcome bound) {
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
        "a cache of %d slots is too small: a batch has unique rows for %d; ask for as many, or for a smaller --batch"
            .formatted(slots, needed));
  }
}
