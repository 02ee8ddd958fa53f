package dev.farsight.engine.build;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.compute.RowFinder;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.model.Tape;
import dev.farsight.engine.pipeline.DeviceWatch;
import dev.farsight.engine.process.OwnRanks;
import dev.farsight.engine.settings.ShardingSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The opened device of a rank.
 *
 * @param collective connects its step with those of the other ranks; null if there is one
 * @param asks connects its look-ahead with those of ranks of other processes; null if there are
 *     none
 * @param watch sees whether the device answers
 * @param finder finds unique rows on the device; null if the host does
 */
record DeviceParts(
    ComputeBackend backend,
    SlotMemory memory,
    CompiledStep step,
    RowFinder finder,
    Collective collective,
    Collective asks,
    DeviceWatch watch) {

  /** Opens the devices of this process, and connects the ranks of all. */
  static List<DeviceParts> open(RunSetup setup, Shapes shapes, Tape tape, Resources resources) {
    OwnRanks own = setup.ranks(shapes);
    int devices = own.count();
    int first =
        Shardings.firstDevice(setup.settings(), setup.components(), setup.processes().number());
    ComputeFactory compute = setup.components().compute(setup.farsight());
    Duration timeout = ShardingSettings.of(setup.farsight()).timeout();
    var backends = new ArrayList<ComputeBackend>();
    var watches = new ArrayList<DeviceWatch>();
    for (int device = 0; device < devices; device++) {
      ComputeBackend backend =
          compute.open(Specs.compute(setup.settings(), first + device, devices));
      DeviceWatch watch =
          own.all() == 1
              ? DeviceWatch.ofOnlyRank()
              : DeviceWatch.ofRank(
                  own.rank(device), RankGroup.name(setup.processes(), backend), timeout);
      resources.own(watch.closing(backend));
      backends.add(backend);
      watches.add(watch);
    }
    List<Collective> collectives = RankGroup.connect(setup, own, backends, resources);
    if (own.all() == 1) {
      RankShape only = shapes.ranks().get(0);
      return List.of(
          open(backends.get(0), shapes, only, tape, null, null, watches.get(0), resources));
    }
    List<Collective> asks = RankGroup.connectAsks(setup, own, backends, resources);
    // Ranks may wait for each other while they compile their steps.
    return RankThreads.each(
        devices,
        device ->
            open(
                backends.get(device),
                shapes,
                shapes.ranks().get(own.rank(device)),
                tape,
                collectives.get(device),
                asks.isEmpty() ? null : asks.get(device),
                watches.get(device),
                resources),
        (device, failure) -> collectives.get(device).abort(Quoted.line(String.valueOf(failure))));
  }

  private static DeviceParts open(
      ComputeBackend backend,
      Shapes shapes,
      RankShape rank,
      Tape tape,
      Collective collective,
      Collective asks,
      DeviceWatch watch,
      Resources resources) {
    SlotMemory memory =
        backend.slots(shapes.step().slotFormat(), rank.slots(), rank.inRows(), rank.outRows());
    resources.own(watch.closing(memory));
    CompiledStep step =
        collective == null
            ? backend.compile(tape, shapes.step(), memory)
            : backend.compile(tape, shapes.step(), memory, collective);
    resources.own(watch.closing(step));
    // If every row is resident and each sample looks up few rows, the device has more to do than
    // the host. Then the host finds rows.
    boolean hostFinds = shapes.full() && shapes.step().schema().oneHot();
    RowFinder finder = hostFinds ? null : step.rowFinder(shapes.groups());
    if (finder != null) {
      resources.own(watch.closing(finder));
    }
    return new DeviceParts(backend, memory, step, finder, collective, asks, watch);
  }
}
