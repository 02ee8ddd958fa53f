package dev.farsight.compute.jcuda;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.testkit.compute.ShardedStepContract;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

/** GPUs that may not use each other's memory, so NCCL carries what they send; needs two GPUs. */
class NcclShardedStepTest extends ShardedStepContract {

  @BeforeEach
  void assumeInstalled() {
    NcclRanks.assumeInstalled();
  }

  @Override
  protected ComputeBackend open(int rank) {
    var availability = new JcudaFactory().probe();
    Assumptions.assumeTrue(availability.available(), availability.detail());
    return new JcudaBackend(rank, Precision.FP32, JcudaBackends.kernelCache(), false);
  }

  @Override
  protected List<Collective> connect(int ranks) {
    return NcclRanks.connect(new NcclFactory(), ranks, Duration.ofSeconds(30));
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
