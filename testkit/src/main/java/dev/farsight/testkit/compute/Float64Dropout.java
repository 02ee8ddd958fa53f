package dev.farsight.testkit.compute;

import dev.farsight.api.model.Op;
import dev.farsight.api.random.CounterRandom;
import dev.farsight.api.random.CounterRandom.Purpose;

/** What a step drops, as {@link Op.Dropout} defines it. */
final class Float64Dropout {

  /** Of an evaluation, which drops nothing. */
  static final Float64Dropout NONE = new Float64Dropout(0, -1);

  private final long seed;
  private final long step;

  Float64Dropout(long seed, long step) {
    this.seed = seed;
    this.step = step;
  }

  /** The factor of each element of an op's output; null if the op drops nothing. */
  double[] of(Op op, int sample) {
    if (!(op instanceof Op.Dropout dropout) || step < 0) {
      return null;
    }
    long key = CounterRandom.key(CounterRandom.key(seed, Purpose.DROPOUT), step);
    key = CounterRandom.key(CounterRandom.key(key, op.output().id()), sample);
    var factors = new double[op.output().size()];
    for (int e = 0; e < factors.length; e++) {
      boolean dropped = CounterRandom.bits(key, e) >>> 8 < dropout.threshold();
      factors[e] = dropped ? 0 : 1.0 / (1 - dropout.rate());
    }
    return factors;
  }
}
