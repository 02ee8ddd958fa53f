package dev.farsight.cache.lfu;

import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;

/** Reads {@code half-life} and {@code ghosts} of a policy's section. */
final class CountSettings {

  private CountSettings() {}

  /** The counts of a region's rows as its policy's settings ask for. */
  static AgedCounts counts(String policy, PolicyContext context) {
    int slots = context.slots();
    Settings own = context.own();
    double ghosts = own.number("ghosts", 0, 64);
    if (ghosts * slots > Ghosts.MAX) {
      throw own.bad("ghosts", "times " + slots + " slots is more than " + Ghosts.MAX);
    }
    EvictedScores away =
        ghosts > 0 && context.maxNote() >= ScoreNotes.LEAST
            ? new ScoreNotes(context.maxNote())
            : new Ghosts(Math.round(ghosts * slots));
    if (own.string("half-life").equals("auto")) {
      var tuner = new HalfLifeTuner(slots, ghosts);
      return new AgedCounts(policy, slots, AgedCounts.MIN_HALF_LIFE, away, tuner);
    }
    return new AgedCounts(policy, slots, halfLife(own, slots), away, null);
  }

  private static long halfLife(Settings own, int slots) {
    try {
      double halfLife = own.number("half-life", 0.01, 1e6);
      return Math.max(AgedCounts.MIN_HALF_LIFE, Math.round(halfLife * slots));
    } catch (ConfigException e) {
      throw own.bad("half-life", "is neither auto nor a number from 0.01 to 1000000");
    }
  }

  /** Bytes of the counts on the heap, about. */
  static long heapBytes(PolicyContext context) {
    double ghosts = context.own().number("ghosts", 0, 64);
    boolean noted = context.maxNote() >= ScoreNotes.LEAST;
    return Long.BYTES * (long) context.slots()
        + (noted ? 0 : Math.round(ghosts * context.slots()) * Integer.BYTES);
  }
}
