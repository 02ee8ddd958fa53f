package dev.farsight.bench.replay;

import dev.farsight.bench.trace.Trace;
import java.util.ArrayList;
import java.util.List;

/**
 * Miss ratios over cache sizes, of any policy. Small traces are replayed whole, which is exact; of
 * large ones a {@link Sample} of rows in a cache as much smaller.
 */
public final class Curves {

  /** Distinct rows from which on a sample is taken, and about how many it has. */
  private static final int SAMPLED_ROWS = 1 << 17;

  /** A sample's cache has at least so many slots, or chance decides. */
  private static final int LEAST_SLOTS = 256;

  private final Comparison comparison;
  private final ReplaySettings settings;
  private final long distinct;

  private Curves(Comparison comparison, ReplaySettings settings, long distinct) {
    this.comparison = comparison;
    this.settings = settings;
    this.distinct = distinct;
  }

  /**
   * @param rate share of the rows to sample; 0 chooses it: 1 up to 131,072 distinct rows
   */
  public static Curves of(Trace trace, int batchSize, double rate, ReplaySettings settings) {
    long distinct = DistinctRows.in(trace);
    double share = rate > 0 ? rate : Math.min(1, (double) SAMPLED_ROWS / distinct);
    var requests = Requests.of(trace, batchSize, new Sample(share));
    return new Curves(new Comparison(requests), settings, distinct);
  }

  /**
   * Curves of what a data set's first batches look up.
   *
   * @param rows of the tables, of which sizes are shares
   */
  public static Curves of(Requests requests, long rows, ReplaySettings settings) {
    return new Curves(new Comparison(requests), settings, rows);
  }

  /** Distinct rows of the trace. */
  public long distinct() {
    return distinct;
  }

  /** Share of the rows that take part; 1: figures are exact. */
  public double rate() {
    return comparison.requests().sample().rate();
  }

  public Requests requests() {
    return comparison.requests();
  }

  /**
   * Fewest slots that can be replayed: those that a batch needs, and a sample to mean anything.
   * More than there are rows if no size can, because a region needs more than its share of them.
   */
  public int leastSlots() {
    Requests requests = comparison.requests();
    double needed = requests.leastSlots(settings.regions());
    if (rate() < 1) {
      // Half a slot more: what is asked for is rounded.
      needed = Math.max(needed, LEAST_SLOTS) + .5;
    }
    long most =
        requests.leastSlots(settings.regions()) > requests.distinct() ? distinct + 1 : distinct;
    return (int) Math.min(most, (long) Math.ceil(needed / rate()));
  }

  /** The point of a policy's curve at a size. */
  public MissRatio point(Contender contender, Size size) {
    Requests requests = comparison.requests();
    int slots = Math.min(requests.sample().slots(size.slots()), Math.max(1, requests.distinct()));
    return MissRatio.of(comparison.outcome(slots, contender, null, settings), size, requests);
  }

  /** The clairvoyant's point. */
  public MissRatio bound(Size size) {
    return point(Contender.belady(comparison.requests()), size);
  }

  /** Curves of the clairvoyant and of policies, size by size. */
  public List<MissRatio> points(List<Contender> contenders, List<Size> sizes) {
    List<MissRatio> points = new ArrayList<>();
    for (Size size : sizes) {
      points.add(bound(size));
      contenders.forEach(contender -> points.add(point(contender, size)));
    }
    return points;
  }
}
