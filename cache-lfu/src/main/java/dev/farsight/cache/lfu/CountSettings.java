package dev.farsight.cache.lfu;

import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;

/**
 * The keys {@code half-life} and {@code ghosts} of a policy's section.
 *
 * @param halfLife as a multiple of the region's slots; {@link #AUTO} if it is to be found out
 * @param ghosts counts of evicted rows to keep, as a multiple of the region's slots
 */
record CountSettings(double halfLife, double ghosts) {

  static final double AUTO = 0;

  private static final String HALF_LIFE = "half-life";
  private static final String GHOSTS = "ghosts";

  static CountSettings of(Settings own) {
    return new CountSettings(halfLife(own), own.number(GHOSTS, 0, 64));
  }

  private static double halfLife(Settings own) {
    if (own.string(HALF_LIFE).equals("auto")) {
      return AUTO;
    }
    try {
      return own.number(HALF_LIFE, 0.01, 1e6);
    } catch (ConfigException e) {
      throw own.bad(HALF_LIFE, "is neither auto nor a number from 0.01 to 1000000");
    }
  }

  /** The counts of a region's rows as its policy's settings ask for. */
  static AgedCounts counts(String policy, PolicyContext context) {
    int slots = context.slots();
    CountSettings settings = of(context.own());
    double ghosts = settings.ghosts;
    if (ghosts * slots > Ghosts.MAX) {
      throw context.own().bad(GHOSTS, "times " + slots + " slots is more than " + Ghosts.MAX);
    }
    EvictedScores away =
        ghosts > 0 && context.maxNote() >= ScoreNotes.LEAST
            ? new ScoreNotes(context.maxNote())
            : new Ghosts(Math.round(ghosts * slots));
    if (settings.halfLife == AUTO) {
      var tuner = new HalfLifeTuner(slots, ghosts);
      return new AgedCounts(policy, slots, AgedCounts.MIN_HALF_LIFE, away, tuner);
    }
    long rows = Math.max(AgedCounts.MIN_HALF_LIFE, Math.round(settings.halfLife * slots));
    return new AgedCounts(policy, slots, rows, away, null);
  }

  /** Bytes of the counts on the heap, about. */
  static long heapBytes(PolicyContext context) {
    double ghosts = of(context.own()).ghosts;
    boolean noted = context.maxNote() >= ScoreNotes.LEAST;
    return Long.BYTES * (long) context.slots()
        + (noted ? 0 : Math.round(ghosts * context.slots()) * Integer.BYTES);
  }
}
