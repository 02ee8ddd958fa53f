package dev.farsight.engine.build;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.pipeline.DeviceWatch;
import dev.farsight.engine.settings.ShardingSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Connects the devices of a run. */
final class RankGroup {

  private static final String STEPS = "steps";

  private RankGroup() {}

  /**
   * @param devices by rank
   * @return by rank; empty if there is one device
   */
  static List<Collective> connect(
      RunSetup setup, List<ComputeBackend> devices, Resources resources) {
    if (devices.size() == 1) {
      return List.of();
    }
    Settings sharding = setup.farsight().section("sharding");
    CollectiveFactory factory = setup.components().collective(setup.farsight());
    var context =
        new CollectiveContext(
            sharding.section(factory.name()),
            STEPS,
            devices.stream().map(ComputeBackend::name).toList(),
            devices.stream().map(ComputeBackend::cudaDevice).toList(),
            IntStream.range(0, devices.size()).boxed().toList(),
            ShardingSettings.of(setup.farsight()).timeout(),
            Optional.empty());
    List<Collective> collectives = factory.connect(context);
    collectives.forEach(resources::own);
    // Ranks compile next, and one that finds its kernels compiled waits for one that does not.
    Duration first = DeviceWatch.first(context.timeout());
    collectives.forEach(collective -> collective.patience(first));
    return collectives;
  }
}
