package dev.farsight.bench.replay;

/**
 * Finds the fewest slots with which a policy reaches a hit ratio, by bisection over {@link Curves}
 * to within half a percent of the slots. Takes for granted that more slots never hit less, which
 * exact LRU and the clairvoyant guarantee; the slots found were replayed and reach the aim in any
 * case.
 */
public final class SizeSearch {

  private static final double PRECISION = .005;

  private final Curves curves;
  private final double target;

  /**
   * What was found.
   *
   * @param reached whether any size reaches the aim
   * @param size the fewest slots that do, or all rows
   * @param hitRatio with that size
   */
  public record Found(String policy, boolean reached, Size size, double hitRatio) {}

  /**
   * @param target share of lookups that are to hit, 0 to 1
   */
  public SizeSearch(Curves curves, double target) {
    this.curves = curves;
    this.target = target;
  }

  public Found of(Contender contender) {
    Size most = size((int) Math.min(Integer.MAX_VALUE, curves.distinct()));
    double hitRatio = hitRatio(contender, most);
    if (hitRatio < target) {
      return new Found(contender.name(), false, most, hitRatio);
    }
    int tooFew = curves.leastSlots() - 1;
    int enough = most.slots();
    while (enough - tooFew > Math.max(1, PRECISION * enough)) {
      // Sizes differ by orders of magnitude: their geometric mean is the middle.
      int middle = (int) Math.sqrt((double) Math.max(1, tooFew) * enough);
      middle = Math.min(enough - 1, Math.max(tooFew + 1, middle));
      double ratio = hitRatio(contender, size(middle));
      if (ratio >= target) {
        enough = middle;
        hitRatio = ratio;
      } else {
        tooFew = middle;
      }
    }
    return new Found(contender.name(), true, size(enough), hitRatio);
  }

  /** The clairvoyant's: no policy does with less. */
  public Found bound() {
    return of(Contender.belady(curves.requests()));
  }

  private double hitRatio(Contender contender, Size size) {
    return 1 - curves.point(contender, size).allLookups();
  }

  private Size size(int slots) {
    return Size.of(slots, curves.distinct());
  }
}
