package dev.farsight.compute.jcuda;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.config.Settings;
import dev.farsight.testkit.collective.CollectiveContract;
import java.util.OptionalInt;

/** The contract, over an NCCL without GPUs. */
class MemoryNcclTest extends CollectiveContract {

  private final MemoryNccl nccl = new MemoryNccl();

  static Settings settings(String own) {
    return Settings.of(
        "farsight.sharding.nccl",
        ConfigFactory.parseString(own + "\nconnect-timeout = 60 s").resolve());
  }

  @Override
  protected CollectiveFactory factory() {
    return new NcclFactory(
        () -> nccl, (gpu, rank, ranks) -> new MemoryStaging(nccl, gpu, rank, ranks));
  }

  @Override
  protected Settings own() {
    return settings("");
  }

  @Override
  protected OptionalInt gpu(int rank) {
    return OptionalInt.of(rank);
  }
}
