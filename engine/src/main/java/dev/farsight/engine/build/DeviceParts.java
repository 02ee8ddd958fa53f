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
import dev.farsight.engine.settings.ShardingSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The opened device of a rank.
 *
 * @param collective connects its step with those of the other ranks; null if there is one
 * @param watch sees whether the device answers
 * @param finder finds unique rows on the device; null if the host does
 */
record DeviceParts(
    ComputeBackend backend,
    SlotMemory memory,
    CompiledStep step,
    RowFinder finder,
    Collective collective,
    DeviceWatch watch) {

  /** Opens the devices of all ranks, and connects them. */
  static List<DeviceParts> open(RunSetup setup, Shapes shapes, Tape tape, Resources resources) {
    int ranks = shapes.ranks().size();
    ComputeFactory compute = setup.components().compute(setup.farsight());
    Duration timeout = ShardingSettings.of(setup.farsight()).timeout();
    var backends = new ArrayList<ComputeBackend>();
    var watches = new ArrayList<DeviceWatch>();
    for (int rank = 0; rank < ranks; rank++) {
      ComputeBackend backend = compute.open(Specs.compute(setup.settings(), rank, ranks));
      DeviceWatch watch =
          ranks == 1 ? DeviceWatch.ofOnlyRank() : DeviceWatch.ofRank(rank, backend.name(), timeout);
      resources.own(watch.closing(backend));
      backends.add(backend);
      watches.add(watch);
    }
    List<Collective> collectives = RankGroup.connect(setup, backends, resources);
    if (ranks == 1) {
      RankShape only = shapes.ranks().get(0);
      return List.of(open(backends.get(0), shapes, only, tape, null, watches.get(0), resources));
    }
    // Ranks may wait for each other while they compile their steps.
    return RankThreads.each(
        ranks,
        rank ->
            open(
                backends.get(rank),
                shapes,
                shapes.ranks().get(rank),
                tape,
                collectives.get(rank),
                watches.get(rank),
                resources),
        (rank, failure) -> collectives.get(rank).abort(Quoted.line(String.valueOf(failure))));
  }

  private static DeviceParts open(
      ComputeBackend backend,
      Shapes shapes,
      RankShape rank,
      Tape tape,
      Collective collective,
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
    return new DeviceParts(backend, memory, step, finder, collective, watch);
  }
}
