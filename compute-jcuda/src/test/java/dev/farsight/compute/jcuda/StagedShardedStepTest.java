package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.testkit.compute.ShardedStepContract;

/** Ranks that share a GPU, so what they send goes through the collective; needs a GPU. */
class StagedShardedStepTest extends ShardedStepContract {

  @Override
  protected ComputeBackend open(int rank) {
    return JcudaBackends.open(Precision.FP32);
  }

  /** Batches of other sizes may be multiplied by other algorithms. */
  @Override
  protected boolean logitsDependOnTheirSampleAlone() {
    return false;
  }
}
