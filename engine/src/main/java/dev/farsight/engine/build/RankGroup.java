package dev.farsight.engine.build;

import static java.util.stream.Collectors.joining;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.pipeline.DeviceWatch;
import dev.farsight.engine.process.OwnRanks;
import dev.farsight.engine.process.Processes;
import dev.farsight.engine.settings.ShardingSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/** Connects the devices of a run. */
final class RankGroup {

  private static final String STEPS = "steps";
  private static final String ASKS = "asks";

  private RankGroup() {}

  /**
   * For the exchanges of steps.
   *
   * @param devices of this process
   * @return by device; empty if the run has one rank
   */
  static List<Collective> connect(
      RunSetup setup, OwnRanks ranks, List<ComputeBackend> devices, Resources resources) {
    if (ranks.all() == 1) {
      return List.of();
    }
    CollectiveFactory factory = setup.components().collective(setup.farsight());
    return connect(setup, factory, STEPS, ranks, devices, resources);
  }

  /**
   * For what ranks of several processes tell each other in the look-ahead: by the same collective,
   * which reaches them, since it carries the steps.
   */
  static List<Collective> connectAsks(
      RunSetup setup, OwnRanks ranks, List<ComputeBackend> devices, Resources resources) {
    if (ranks.areAll()) {
      return List.of();
    }
    CollectiveFactory factory = setup.components().collective(setup.farsight());
    return connect(setup, factory, ASKS, ranks, devices, resources);
  }

  private static List<Collective> connect(
      RunSetup setup,
      CollectiveFactory factory,
      String group,
      OwnRanks ranks,
      List<ComputeBackend> devices,
      Resources resources) {
    Settings sharding = setup.farsight().section("sharding");
    Duration timeout = ShardingSettings.of(setup.farsight()).timeout();
    List<Collective> collectives =
        setup
            .processes()
            .connect(
                factory,
                sharding.section(factory.name()),
                group,
                names(setup.processes(), devices),
                gpus(ranks, devices),
                ranks.list(),
                timeout);
    collectives.forEach(resources::own);
    // Ranks compile next, and one that finds its kernels compiled waits for one that does not.
    Duration first = DeviceWatch.first(timeout);
    collectives.forEach(collective -> collective.patience(first));
    return collectives;
  }

  /** What messages call a device of this process. */
  static String name(Processes processes, ComputeBackend device) {
    return processes.deviceName(device.name());
  }

  /** What the devices of all processes are called, by rank. */
  private static List<String> names(Processes processes, List<ComputeBackend> devices) {
    String own = devices.stream().map(device -> name(processes, device)).collect(joining("\n"));
    return processes.gather(own).stream().flatMap(String::lines).toList();
  }

  private static List<OptionalInt> gpus(OwnRanks ranks, List<ComputeBackend> devices) {
    var gpus = new ArrayList<>(Collections.nCopies(ranks.all(), OptionalInt.empty()));
    for (int device = 0; device < devices.size(); device++) {
      gpus.set(ranks.rank(device), devices.get(device).cudaDevice());
    }
    return gpus;
  }
}
