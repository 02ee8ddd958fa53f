package dev.farsight.engine.settings;

/**
 * A learning rate that rises linearly at first.
 *
 * @param steps steps until the full rate; 0: none
 * @param start share of the full rate at the first step
 */
record WarmUp(long steps, double start) {

  static WarmUp of(PartSettings section) {
    return new WarmUp(
        section.longInteger("steps", 0, Long.MAX_VALUE), section.share("start", 0, 1));
  }

  /** The rate of a step, counted from 0. */
  double at(long step, double rate) {
    return step >= steps ? rate : rate * (start + (1 - start) * ((double) step / steps));
  }
}
