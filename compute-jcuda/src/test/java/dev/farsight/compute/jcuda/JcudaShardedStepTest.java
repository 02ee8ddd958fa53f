package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.testkit.compute.ShardedStepContract;

/** Ranks that reach each other's memory, in float32; needs two GPUs. */
class JcudaShardedStepTest extends ShardedStepContract {

  @Override
  protected ComputeBackend open(int rank) {
    return JcudaBackends.open(Precision.FP32, rank);
  }

  @Override
  protected int mostRanks() {
    return Math.max(2, JcudaBackends.gpus());
  }

  /** Batches of other sizes may be multiplied by other algorithms. */
  @Override
  protected boolean logitsDependOnTheirSampleAlone() {
    return false;
  }
}
