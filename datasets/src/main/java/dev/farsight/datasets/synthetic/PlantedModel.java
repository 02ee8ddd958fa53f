package dev.farsight.datasets.synthetic;

import dev.farsight.api.data.Pooling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where the labels come from. The logit of a sample, but for the bias that sets the click rate, is
 *
 * <pre>
 * signal * ( sqrt(denseShare) D + sqrt(rowShare) R + sqrt(pairShare) P )
 *
 * D = sum over dense features of a_d * standardised feature                 sum of a_d^2 = 1
 * R = sum over tables of w_t * bias of the bag looked up in t               sum of w_t^2 = 1
 * P = sum over pairs (t, u) of tables of c_tu * (latent_t . latent_u)
 * </pre>
 *
 * <p>Bias and latent vector of a bag of n rows are those of its rows, pooled as the features are
 * and brought to variance 1: the sum over sqrt(E[n]), or the mean over sqrt(E[1/n]). So they are
 * linear in what a model pools. With max pooling, which has no such form, they are those of mean
 * pooling.
 *
 * <p>D, R and P have mean 0 and variance 1 and are uncorrelated, because features are independent
 * and latents centred; so the shares are shares of the logit's variance, and signal is its
 * deviation.
 *
 * <p>w_t^2 is in proportion to rows / (rows + 1000): the few rows of a small table can be told
 * apart by their initial values, so a planted signal there would show nothing about training rows.
 * Pairs are made of the tables whose row counts are nearest to 100 in ratio, each in one pair at
 * most: there both rows of a product are seen often, and start far enough from 0 for a model to
 * find the product at all.
 *
 * <p>Immutable and safe for concurrent use.
 */
final class PlantedModel {

  /** Length of a latent vector. */
  private static final int LATENT = 2;

  /** Tables of far fewer rows say little by themselves. */
  private static final double TELLING_ROWS = 1000;

  /** Tables of about so many rows are paired. */
  private static final double PAIRED_ROWS = 100;

  /** Two tables, and the factor of their rows' product. */
  private record Pair(int first, int second, double factor) {}

  private final SyntheticSpec spec;
  private final DenseLaw denseLaw;
  private final PlantedTable[] tables;
  private final double[] denseFactors;
  private final double[] rowFactors;

  /** By table: what brings a pooled weight to variance 1. */
  private final double[] bagFactors;

  private final List<Pair> pairs;

  PlantedModel(SyntheticSpec spec, PowerLaw[] laws, DenseLaw denseLaw) {
    this.spec = spec;
    this.denseLaw = denseLaw;
    this.bagFactors = spec.bags().stream().mapToDouble(this::bagFactor).toArray();
    int[] paired = pairedTables(spec, laws);
    this.tables = new PlantedTable[laws.length];
    long key = Draws.key(spec.seed(), Draws.PLANTED_ROWS);
    for (int t = 0; t < laws.length; t++) {
      int table = t;
      boolean latent = IntStream.of(paired).anyMatch(p -> p == table);
      tables[t] =
          new PlantedTable(laws[t], Draws.key(key, t), spec.halfRank(), latent ? 1 + LATENT : 1);
    }
    this.pairs = pairs(paired);
    double pairShare = pairs.isEmpty() ? 0 : spec.pairShare();
    double denseShare = spec.denseWidth() == 0 ? 0 : spec.denseShare();
    this.denseFactors = denseFactors(Math.sqrt(denseShare) * spec.signal());
    this.rowFactors = rowFactors(laws, Math.sqrt(1 - denseShare - pairShare) * spec.signal());
  }

  /** The logit without bias. */
  double score(Features sample) {
    return densePart(sample) + rowPart(sample) + pairPart(sample);
  }

  double densePart(Features sample) {
    double sum = 0;
    for (int d = 0; d < denseFactors.length; d++) {
      sum += denseFactors[d] * denseLaw.standard(sample.dense[d]);
    }
    return sum;
  }

  double rowPart(Features sample) {
    double sum = 0;
    for (int t = 0; t < tables.length; t++) {
      sum += rowFactors[t] * pooled(sample, t, 0);
    }
    return sum;
  }

  double pairPart(Features sample) {
    double sum = 0;
    for (int p = 0; p < pairs.size(); p++) {
      Pair pair = pairs.get(p);
      int t = pair.first;
      int u = pair.second;
      double product = 0;
      for (int k = 1; k <= LATENT; k++) {
        product += pooled(sample, t, k) * pooled(sample, u, k);
      }
      sum += pair.factor * product;
    }
    return sum;
  }

  /** A planted weight of the bag looked up in a table. */
  private double pooled(Features sample, int table, int number) {
    PlantedTable planted = tables[table];
    int first = sample.starts[table];
    int size = sample.sizes[table];
    double sum = planted.weight(sample.ranks[first], sample.indices[first], number);
    if (size == 1) {
      return sum * bagFactors[table];
    }
    for (int i = first + 1; i < first + size; i++) {
      sum += planted.weight(sample.ranks[i], sample.indices[i], number);
    }
    return (spec.pooling() == Pooling.SUM ? sum : sum / size) * bagFactors[table];
  }

  private double bagFactor(BagLaw bags) {
    return 1 / Math.sqrt(spec.pooling() == Pooling.SUM ? bags.meanSize() : bags.meanInverseSize());
  }

  private static int[] pairedTables(SyntheticSpec spec, PowerLaw[] laws) {
    int[] nearest =
        IntStream.range(0, laws.length)
            .filter(t -> laws[t].rows() > 1)
            .boxed()
            .sorted(
                Comparator.comparingDouble(
                    t -> Math.abs(StrictMath.log(laws[t].rows() / PAIRED_ROWS))))
            .mapToInt(t -> t)
            .toArray();
    int count = spec.pairShare() == 0 ? 0 : Math.min(spec.pairs(), nearest.length / 2);
    return IntStream.of(nearest).limit(2L * count).toArray();
  }

  private List<Pair> pairs(int[] paired) {
    var made = new ArrayList<Pair>();
    for (int p = 0; p < paired.length; p += 2) {
      PlantedTable t = tables[paired[p]];
      PlantedTable u = tables[paired[p + 1]];
      double variance = 0;
      for (int k = 1; k <= LATENT; k++) {
        for (int l = 1; l <= LATENT; l++) {
          variance += t.covariance(k, l) * u.covariance(k, l);
        }
      }
      double share = spec.pairShare() * 2 / paired.length;
      made.add(new Pair(paired[p], paired[p + 1], spec.signal() * Math.sqrt(share / variance)));
    }
    return List.copyOf(made);
  }

  private double[] denseFactors(double deviation) {
    long key = Draws.key(spec.seed(), Draws.PLANTED_DENSE);
    var factors = new double[spec.denseWidth()];
    for (int d = 0; d < factors.length; d++) {
      factors[d] = Draws.centred(Draws.bits(key, d));
    }
    return scaled(factors, deviation);
  }

  private static double[] rowFactors(PowerLaw[] laws, double deviation) {
    var factors = new double[laws.length];
    for (int t = 0; t < factors.length; t++) {
      double rows = laws[t].rows();
      factors[t] = rows < 2 ? 0 : Math.sqrt(rows / (rows + TELLING_ROWS));
    }
    return scaled(factors, deviation);
  }

  /** Scales so that the squares add up to the square of {@code length}. */
  private static double[] scaled(double[] factors, double length) {
    double squares = 0;
    for (double f : factors) {
      squares += f * f;
    }
    for (int i = 0; i < factors.length; i++) {
      factors[i] *= squares == 0 ? 0 : length / Math.sqrt(squares);
    }
    return factors;
  }
}
