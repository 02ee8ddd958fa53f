package dev.farsight.bench.stats;

import dev.farsight.api.data.ValueObserver;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;

/**
 * How many distinct raw values features have, and how often columns have none. Distinct values are
 * estimated by HyperLogLog (Apache DataSketches): to the number up to about 3,000 of them, beyond
 * with a standard error of {@link #STANDARD_ERROR}. Estimates do not depend on threads.
 *
 * <p>Each thread of the source has sketches of its own, of at most 32 KiB a feature. So has what is
 * serialized, where those of threads are one.
 */
final class RawValues implements ValueObserver, Serializable {

  @Serial private static final long serialVersionUID = 1;

  /** 2^15 registers: 1.04 / sqrt(2^15). */
  static final double STANDARD_ERROR = 0.006;

  private static final int LOG_REGISTERS = 15;

  private final int dense;
  private final int features;

  @SuppressWarnings("serial") // see writeReplace
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

  /** Adds what another one saw. Called after the passes of both. */
  void add(RawValues other) {
    other.seen.forEach(this::add);
  }

  /** One of them has room for all. */
  private void add(Seen more) {
    if (seen.isEmpty()) {
      seen.add(new Seen(dense, features));
    }
    seen.get(0).add(more);
  }

  @Serial
  private Object writeReplace() {
    var all = new Seen(dense, features);
    seen.forEach(all::add);
    return new Saved(
        all.missingDense,
        all.missing,
        Stream.of(all.sketches)
            .map(sketch -> sketch == null ? null : sketch.toCompactByteArray())
            .toArray(byte[][]::new));
  }

  /** What is serialized. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Saved(long[] missingDense, long[] missing, byte[][] sketches)
      implements Serializable {

    @Serial
    private Object readResolve() {
      var values = new RawValues(missingDense.length, missing.length);
      var all = new Seen(missingDense.length, missing.length);
      System.arraycopy(missingDense, 0, all.missingDense, 0, missingDense.length);
      System.arraycopy(missing, 0, all.missing, 0, missing.length);
      for (int f = 0; f < sketches.length; f++) {
        all.sketches[f] = sketches[f] == null ? null : HllSketch.heapify(sketches[f]);
      }
      values.seen.add(all);
      return values;
    }
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

    void add(Seen other) {
      for (int column = 0; column < missingDense.length; column++) {
        missingDense[column] += other.missingDense[column];
      }
      for (int feature = 0; feature < missing.length; feature++) {
        missing[feature] += other.missing[feature];
        if (other.sketches[feature] != null) {
          var union = new Union(LOG_REGISTERS);
          if (sketches[feature] != null) {
            union.update(sketches[feature]);
          }
          union.update(other.sketches[feature]);
          sketches[feature] = union.getResult(TgtHllType.HLL_8);
        }
      }
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
