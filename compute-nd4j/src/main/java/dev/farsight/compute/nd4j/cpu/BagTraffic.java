package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.BagExchange;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.compute.SummedBags;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;

/**
 * The sums of bags that this rank sends and receives in a step, as {@link BagExchange} defines it,
 * then the gradients of bags on their way back, in the same two buffers. Takes 4 bytes for each
 * value of the bags of all ranks that a rank may add up rows for, and of the sums that it may get.
 */
final class BagTraffic {

  private final Collective collective;
  private final SummedBags shape;
  private final int rank;
  private final int ranks;
  private final int dim;

  /** By bag. */
  private final FloatBuffer atOwner;

  /** By owner, then by its features, then by sample. */
  private final FloatBuffer atSamples;

  /** By rank: how many features its sums are of, those of the ranks before it included. */
  private final int[] featureStarts;

  private final int[] ownerFloats;
  private final int[] sampleFloats;
  private int samples;
  private int count;

  BagTraffic(StepSpec spec, Collective collective, NativeMemory memory) {
    this.collective = collective;
    this.shape = spec.exchange().sums();
    this.rank = collective.rank();
    this.ranks = collective.ranks();
    this.dim = spec.format().dim();
    this.atOwner = memory.floats(ownerFloats(spec));
    this.atSamples = memory.floats(sampleFloats(spec));
    this.featureStarts = featureStarts(spec);
    this.ownerFloats = new int[ranks + 1];
    this.sampleFloats = new int[ranks + 1];
  }

  /** Null if all tables exchange rows. */
  static BagTraffic of(StepSpec spec, Collective collective, NativeMemory memory) {
    return spec.exchange().sums().any() ? new BagTraffic(spec, collective, memory) : null;
  }

  private static int[] featureStarts(StepSpec spec) {
    var starts = new int[spec.exchange().ranks() + 1];
    for (int p = 0; p + 1 < starts.length; p++) {
      starts[p + 1] = starts[p] + spec.exchange().sums().featuresOn(p).length;
    }
    return starts;
  }

  private static long ownerFloats(StepSpec spec) {
    return BagExchange.maxBags(spec.exchange(), spec.batchSize()) * spec.format().dim();
  }

  private static long sampleFloats(StepSpec spec) {
    int features = featureStarts(spec)[spec.exchange().ranks()];
    return (long) features * spec.batchSize() * spec.format().dim();
  }

  /** Bytes of the buffers. */
  static long bytes(StepSpec spec) {
    return (ownerFloats(spec) + sampleFloats(spec)) * Float.BYTES;
  }

  /** Begins a step; returns how many bags this rank adds up rows for. */
  int begin(RowExchange exchange) {
    int[] sampleStarts = exchange.bags().sampleStarts();
    int features = featureStarts[rank + 1] - featureStarts[rank];
    samples = exchange.bags().samples(rank);
    for (int p = 0; p <= ranks; p++) {
      ownerFloats[p] = sampleStarts[p] * features * dim;
      sampleFloats[p] = featureStarts[p] * samples * dim;
    }
    count = sampleStarts[ranks] * features;
    return count;
  }

  /** How many bags this rank adds up rows for in this step. */
  int count() {
    return count;
  }

  /** Puts what this rank's rows add up to in a bag. */
  void putSum(int bag, float[] sum) {
    atOwner.put(bag * dim, sum, 0, dim);
  }

  /** Sends sums to the ranks that have the samples, and receives those of its own samples. */
  void sendSums() {
    collective.allToAllv(atOwner, ownerFloats, atSamples, sampleFloats);
  }

  /** Whether a feature exchanges sums. */
  boolean sums(int feature) {
    return shape.sums(feature);
  }

  /** The owners of a feature's rows, in order. */
  int[] owners(int feature) {
    return IntStream.range(0, ranks).filter(p -> shape.on(p, feature)).toArray();
  }

  /** Number of a feature among all those whose sums arrive, owner by owner. */
  int place(int owner, int feature) {
    int place = featureStarts[owner];
    for (int f : shape.featuresOn(owner)) {
      if (f == feature) {
        return place;
      }
      place++;
    }
    throw new IllegalArgumentException("feature " + feature + " of rank " + owner);
  }

  /**
   * Copies what an owner's rows add up to.
   *
   * @param place of the owner and the feature
   */
  void getSum(int place, int sample, float[] into) {
    atSamples.get((place * samples + sample) * dim, into, 0, dim);
  }

  /**
   * Lays the gradient of a bag where it is sent to an owner.
   *
   * @param place of the owner and the feature
   */
  void putGradient(int place, int sample, float[] gradient) {
    atSamples.put((place * samples + sample) * dim, gradient, 0, dim);
  }

  /** Sends gradients of bags to the owners of rows. */
  void sendGradients() {
    collective.allToAllv(atSamples, sampleFloats, atOwner, ownerFloats);
  }

  /** Sums the gradients of the lookups of an owned row, in their order. */
  void sumGradients(BagExchange of, int owned, float[] room, float[] sum) {
    int from = of.ownedStarts().get(owned);
    int end = of.ownedStarts().get(owned + 1);
    getGradient(of, of.ownedLookups().get(from), sum);
    for (int j = from + 1; j < end; j++) {
      getGradient(of, of.ownedLookups().get(j), room);
      for (int d = 0; d < dim; d++) {
        sum[d] += room[d];
      }
    }
  }

  private void getGradient(BagExchange bags, int lookup, float[] into) {
    atOwner.get(bags.lookupBags().get(lookup) * dim, into, 0, dim);
    if (bags.lookupWeights() != null) {
      RowScales.scale(into, 0, dim, bags.lookupWeights().get(lookup));
    }
  }
}
