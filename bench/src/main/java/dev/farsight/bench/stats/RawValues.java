package dev.farsight.bench.stats;

import dev.farsight.api.data.ValueObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;

/**
 * How many distinct raw values features have, and how often columns have none. Distinct values are
 * estimated by HyperLogLog (Apache DataSketches): to the number up to about 3,000 of them, beyond
 * with a standard error of {@link #STANDARD_ERROR}. Estimates do not depend on threads.
 *
 * <p>Each thread of the source has sketches of its own, of at most 32 KiB a feature.
 */
final class RawValues implements ValueObserver {

  /** 2^15 registers: 1.04 / sqrt(2^15). */
  static final double STANDARD_ERROR = 0.006;

  private static final int LOG_REGISTERS = 15;

  private final int dense;
  private final int features;
  private final List<Seen> seen = new ArrayList<>();

  RawValues(int dense, int features) {
    this.dense = dense;
    this.features = features;
  }

  @Override
  public Values values() {
    var own = new Seen(dense, features);
    synchronized (seen) {
      seen.add(own);
    }
    return own;
  }

  /** Samples of which a dense column has no value. Called after the pass. */
  long missingDense(int column) {
    return seen.stream().mapToLong(own -> own.missingDense[column]).sum();
  }

  /** Samples of which a feature has no value. Called after the pass. */
  long missing(int feature) {
    return seen.stream().mapToLong(own -> own.missing[feature]).sum();
  }

  /** Distinct values of several features together. Called after the pass. */
  long distinct(int... ofFeatures) {
    var union = new Union(LOG_REGISTERS);
    seen.stream()
        .flatMap(own -> IntStream.of(ofFeatures).mapToObj(feature -> own.sketches[feature]))
        .filter(Objects::nonNull)
        .forEach(union::update);
    // The other estimate that there is depends on the order of the values.
    return Math.round(union.getCompositeEstimate());
  }

  /** What one thread saw. */
  private static final class Seen implements Values {

    private final long[] missingDense;
    private final long[] missing;

    /** Null where no value was seen. */
    private final HllSketch[] sketches;

    Seen(int dense, int features) {
      missingDense = new long[dense];
      missing = new long[features];
      sketches = new HllSketch[features];
    }

    @Override
    public void dense(int column, double value) {
      if (Double.isNaN(value)) {
        missingDense[column]++;
      }
    }

    @Override
    public void categorical(int feature, long value) {
      if (sketches[feature] == null) {
        sketches[feature] = new HllSketch(LOG_REGISTERS, TgtHllType.HLL_8);
      }
      sketches[feature].update(value);
    }

    @Override
    public void missing(int feature) {
      missing[feature]++;
    }
  }

  /** Sees nothing: for passes that are not counted. */
  static final class Nothing implements ValueObserver, ValueObserver.Values {

    @Override
    public Values values() {
      return this;
    }

    @Override
    public void dense(int column, double value) {}

    @Override
    public void categorical(int feature, long value) {}

    @Override
    public void missing(int feature) {}
  }
}
