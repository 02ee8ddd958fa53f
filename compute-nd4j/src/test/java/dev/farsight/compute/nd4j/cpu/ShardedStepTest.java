package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.testkit.compute.ShardedStepContract;

class ShardedStepTest extends ShardedStepContract {

  /** Numbers of threads change no bit: what is replicated must be equal on all ranks. */
  @Override
  protected ComputeBackend open(int rank) {
    return CpuBackends.open(1 + rank % 2);
  }
}
