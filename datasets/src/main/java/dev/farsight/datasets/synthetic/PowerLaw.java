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
 * <p>The first 16,384 ranks are looked up in a table of F (128 KiB), the others computed: about 10
 * ns against 35. The ranks are those of {@link StrictMath}, the same everywhere. Immutable.
 */
public final class PowerLaw {

  /** Ranks that are looked up; also the ranks whose planted weights are kept ready. */
  private static final int HEAD = 1 << 14;

  private static final int GUIDE = 1 << 12;

  /** In a cell of the guide with more ranks, these are searched rather than guessed. */
  private static final int WIDE = 1 << 8;

  /** Far more than {@link Math} and {@link StrictMath} can differ by in a computed rank. */
  private static final double DOUBT = 1e-12;

  private static final long SCATTER = 2654435761L;

  private final int rows;
  private final double power;
  private final double span;
  private final double inverseRows;
  private final double[] head;
  private final int[] guide = new int[GUIDE + 1];

  public PowerLaw(int rows, double exponent) {
    this.rows = rows;
    this.inverseRows = 1.0 / rows;
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
    return u < head[head.length - 1] ? headRank(u) : tailRank(u);
  }

  /** In a narrow cell F is almost linear in the rank, so a guess in proportion is nearly right. */
  private int headRank(double u) {
    int cell = (int) (u * GUIDE);
    int from = guide[cell];
    int width = guide[cell + 1] - from;
    if (width > WIDE) {
      return search(u, from, from + width + 1);
    }
    int rank = from + (int) ((u * GUIDE - cell) * width);
    while (u < head[rank]) {
      rank--;
    }
    while (u >= head[rank + 1]) {
      rank++;
    }
    return rank;
  }

  /** {@link Math} is quick; where its last digits could decide, {@link StrictMath} does. */
  private int tailRank(double u) {
    // exp and log instead of pow, which allocates on JDK 17.
    double x = Math.exp(power == 0 ? span * u : Math.log(span * u + 1) / power);
    long whole = (long) (x * (1 - DOUBT));
    if (whole != (long) (x * (1 + DOUBT))) {
      whole = strictTail(u);
    }
    return (int) Math.max(head(), Math.min(whole, rows) - 1);
  }

  private long strictTail(double u) {
    return (long) StrictMath.exp(power == 0 ? span * u : StrictMath.log(span * u + 1) / power);
  }

  /** Share of the lookups that go to the row of a rank. */
  public double probability(int rank) {
    return below(rank + 1.0) - below(rank);
  }

  /** Index of the row of a rank. */
  public int index(int rank) {
    long scattered = rank * SCATTER;
    // The quotient is below 2^32, so a double has it but for one more or less.
    long quotient = (long) (scattered * inverseRows);
    long rest = scattered - quotient * rows;
    if (rest < 0) {
      return (int) (rest + rows);
    }
    return (int) (rest < rows ? rest : rest - rows);
  }

  /** The last rank in [from, to) whose F is at most u. */
  private int search(double u, int from, int to) {
    int at = Arrays.binarySearch(head, from, to, u);
    return at >= 0 ? at : -at - 2;
  }
}
