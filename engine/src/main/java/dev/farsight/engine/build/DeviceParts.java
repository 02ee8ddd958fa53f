package dev.farsight.engine.build;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.RowFinder;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.Tape;

/**
 * The opened device.
 *
 * @param finder finds unique rows on the device; null if the host does
 */
record DeviceParts(
    ComputeBackend backend, SlotMemory memory, Tape tape, CompiledStep step, RowFinder finder) {

  static DeviceParts open(
      RunSetup setup, Shapes shapes, BatchSchema schema, Tape tape, Resources resources) {
    ComputeBackend backend =
        resources.own(
            setup.components().compute(setup.farsight()).open(Specs.compute(setup.settings())));
    SlotMemory memory =
        resources.own(
            backend.slots(shapes.format(), shapes.slots(), shapes.inRows(), shapes.outRows()));
    CompiledStep step = resources.own(backend.compile(tape, shapes.step(), memory));
    // If every row is resident and each sample looks up few rows, the device has more to do than
    // the
    // host. Then the host finds rows.
    boolean hostFinds = shapes.full() && schema.oneHot();
    RowFinder finder = hostFinds ? null : step.rowFinder(shapes.groups());
    if (finder != null) {
      resources.own(finder);
    }
    return new DeviceParts(backend, memory, tape, step, finder);
  }
}
