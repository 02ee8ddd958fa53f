package dev.farsight.datasets.synthetic;

import java.util.Arrays;

/**
 * How often the rows of a table are looked up. With N rows and exponent a, rank r (0 the most
 * frequent) has the probability F(r+1) - F(r), where
 *
 * <pre>
 * F(r) = ((r+1)^(1-a) - 1) / ((N+1)^(1-a) - 1)         log(r+1) / log(N+1) for a = 1
 * </pre>
 *
 * so the rank of a uniform u is floor((((N+1)^(1-a) - 1) u + 1)^(1/(1-a))) - 1. The row of rank r
 * has index r * 2654435761 mod N: frequent rows lie scattered as hashed values do. The factor is a
 * prime above any N, so every rank has an index of its own.
 *
 * <p>The first 16,384 ranks are looked up in a table of F (128 KiB) by a guided binary search, the
 * others computed: about 10 ns against 80. {@link StrictMath} throughout: the same ranks
 * everywhere. Immutable.
 */
public final class PowerLaw {

  /** Ranks that are looked up; also the ranks whose planted weights are kept ready. */
  private static final int HEAD = 1 << 14;

  private static final int GUIDE = 1 << 12;
  private static final long SCATTER = 2654435761L;

  private final int rows;
  private final double power;
  private final double span;
  private final double[] head;
  private final int[] guide = new int[GUIDE + 1];

  public PowerLaw(int rows, double exponent) {
    this.rows = rows;
    this.power = 1 - exponent;
    this.span = power == 0 ? StrictMath.log(rows + 1.0) : StrictMath.pow(rows + 1.0, power) - 1;
    this.head = new double[Math.min(rows, HEAD) + 1];
    for (int r = 0; r < head.length; r++) {
      head[r] = r == rows ? 1 : below(r);
    }
    for (int g = 0; g <= GUIDE; g++) {
      guide[g] = Math.min(search((double) g / GUIDE, 0, head.length), head.length - 2);
    }
  }

  int rows() {
    return rows;
  }

  /** Ranks from 0 on that are cheap to look up. */
  int head() {
    return head.length - 1;
  }

  /** F: the probability of a rank below {@code rank}, which may be any from 0 to rows. */
  double below(double rank) {
    double x = rank + 1;
    return (power == 0 ? StrictMath.log(x) : StrictMath.pow(x, power) - 1) / span;
  }

  /** The rank of a uniform number in [0, 1). */
  int rank(double u) {
    if (u < head[head.length - 1]) {
      int cell = (int) (u * GUIDE);
      return search(u, guide[cell], guide[cell + 1] + 1);
    }
    // exp and log instead of pow, which allocates on JDK 17.
    double x = StrictMath.exp(power == 0 ? span * u : StrictMath.log(span * u + 1) / power);
    return (int) Math.max(head(), Math.min(x - 1, rows - 1));
  }

  /** Share of the lookups that go to the row of a rank. */
  public double probability(int rank) {
    return below(rank + 1.0) - below(rank);
  }

  /** Index of the row of a rank. */
  public int index(int rank) {
    return (int) (rank * SCATTER % rows);
  }

  /** The last rank in [from, to) whose F is at most u. */
  private int search(double u, int from, int to) {
    int at = Arrays.binarySearch(head, from, to, u);
    return at >= 0 ? at : -at - 2;
  }
}
