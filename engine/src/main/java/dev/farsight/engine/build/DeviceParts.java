package dev.farsight.engine.build;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.RowFinder;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.model.Tape;
import java.util.ArrayList;
import java.util.List;

/**
 * The opened device of a rank.
 *
 * @param collective connects its step with those of the other ranks; null if there is one
 * @param finder finds unique rows on the device; null if the host does
 */
record DeviceParts(
    ComputeBackend backend,
    SlotMemory memory,
    CompiledStep step,
    RowFinder finder,
    Collective collective) {

  /** Opens the devices of all ranks, and connects them. */
  static List<DeviceParts> open(RunSetup setup, Shapes shapes, Tape tape, Resources resources) {
    int ranks = shapes.ranks().size();
    var backends = new ArrayList<ComputeBackend>();
    for (int rank = 0; rank < ranks; rank++) {
      backends.add(
          resources.own(
              setup
                  .components()
                  .compute(setup.farsight())
                  .open(Specs.compute(setup.settings(), rank, ranks))));
    }
    List<Collective> collectives = RankGroup.connect(setup, backends, resources);
    var devices = new ArrayList<DeviceParts>();
    for (int rank = 0; rank < ranks; rank++) {
      Collective collective = ranks == 1 ? null : collectives.get(rank);
      devices.add(
          open(backends.get(rank), shapes, shapes.ranks().get(rank), tape, collective, resources));
    }
    return List.copyOf(devices);
  }

  private static DeviceParts open(
      ComputeBackend backend,
      Shapes shapes,
      RankShape rank,
      Tape tape,
      Collective collective,
      Resources resources) {
    SlotMemory memory =
        resources.own(backend.slots(shapes.format(), rank.slots(), rank.inRows(), rank.outRows()));
    CompiledStep step =
        resources.own(
            collective == null
                ? backend.compile(tape, shapes.step(), memory)
                : backend.compile(tape, shapes.step(), memory, collective));
    // If every row is resident and each sample looks up few rows, the device has more to do than
    // the host. Then the host finds rows.
    boolean hostFinds = shapes.full() && shapes.step().schema().oneHot();
    RowFinder finder = hostFinds ? null : step.rowFinder(shapes.groups());
    if (finder != null) {
      resources.own(finder);
    }
    return new DeviceParts(backend, memory, step, finder, collective);
  }
}
