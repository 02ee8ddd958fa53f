package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.model.Op;
import dev.farsight.api.random.CounterRandom;
import dev.farsight.api.random.CounterRandom.Purpose;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Dropout. The factors of a batch are drawn on the host. */
final class GenericDropout implements GenericOp {

  private final Op.Dropout op;
  private final long seed;

  // Of the batch under way.
  private INDArray factors;

  GenericDropout(Op.Dropout op, long seed) {
    this.op = op;
    this.seed = seed;
  }

  @Override
  public void forward(Pass pass) {
    INDArray x = pass.value(op.input());
    if (pass.training()) {
      factors = factors(pass.input().step(), pass.samples());
      x = x.mul(factors);
    }
    pass.value(op.output(), x);
  }

  private INDArray factors(long step, int samples) {
    int size = op.output().size();
    var values = new float[samples * size];
    long ofStep = CounterRandom.key(CounterRandom.key(seed, Purpose.DROPOUT), step);
    long ofOp = CounterRandom.key(ofStep, op.output().id());
    for (int s = 0; s < samples; s++) {
      long key = CounterRandom.key(ofOp, s);
      for (int e = 0; e < size; e++) {
        boolean kept = CounterRandom.bits(key, e) >>> 8 >= op.threshold();
        values[s * size + e] = kept ? op.keptFactor() : 0;
      }
    }
    return Nd4j.create(values, new long[] {samples, size});
  }

  @Override
  public void backward(Pass pass) {
    pass.addGradient(op.input(), pass.gradient(op.output()).mul(factors));
  }
}
