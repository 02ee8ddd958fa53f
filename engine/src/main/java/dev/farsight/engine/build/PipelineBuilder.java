package dev.farsight.engine.build;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.pipeline.Carriers;
import dev.farsight.engine.pipeline.Lane;
import dev.farsight.engine.pipeline.Pipeline;
import dev.farsight.engine.pipeline.RowMover;
import dev.farsight.engine.plan.Deduper;
import dev.farsight.engine.plan.DeviceDeduper;
import dev.farsight.engine.plan.LookupOrder;
import dev.farsight.engine.plan.UniqueRowSearch;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.settings.PlannerThreads;
import java.util.List;

/**
 * Builds the pipeline in two steps: first the threads, which the cache needs too, then the stages.
 */
final class PipelineBuilder {

  private final EngineSettings settings;
  private final Shapes shapes;
  private final DeviceParts device;
  private final StoreParts store;
  private final Resources resources;
  private final Lane lane;
  private final PlannerThreads threads;
  private final Workers planners;
  private final Workers orderers;

  PipelineBuilder(
      RunSetup setup, Shapes shapes, DeviceParts device, StoreParts store, Resources resources) {
    settings = setup.settings();
    this.shapes = shapes;
    this.device = device;
    this.store = store;
    this.resources = resources;
    lane = new Lane(device.memory(), device.step(), mover("fetch"), mover("write-back"));
    threads =
        PlannerThreads.of(
            settings.plannerThreads(), device.finder() != null, device.step().ordersLookups());
    planners = resources.own(new Workers("plan", threads.plan()));
    orderers = resources.own(new Workers("order", threads.order(), Workers.SHORT_SPIN_NANOS));
  }

  private RowMover mover(String role) {
    return resources.own(new RowMover(store.store(), role, settings.storageThreads()));
  }

  Lane lane() {
    return lane;
  }

  /** Threads that plan regions. */
  Workers planners() {
    return planners;
  }

  /**
   * Builds the pipeline.
   *
   * @param buffers for the carriers
   */
  Pipeline build(CacheParts cache, HostBuffers buffers) {
    UniqueRowSearch search = search();
    var order =
        new LookupOrder(
            shapes.step().schema(), settings.batchSize(), device.step().ordersLookups(), orderers);
    Carriers carriers = CarrierBuilder.build(settings, shapes, cache.residency(), search, buffers);
    var parts =
        new Pipeline.Parts(
            cache.residency(),
            List.of(lane),
            store.store(),
            search,
            cache.lookAhead(),
            order,
            carriers,
            cache.gates(),
            device.backend().trace());
    return new Pipeline(
        parts, settings.lookAhead(), settings.planned(), !settings.optimizer().freezeRows());
  }

  private UniqueRowSearch search() {
    if (device.finder() != null) {
      return new DeviceDeduper(device.finder(), shapes.groups(), shapes.maxUniqueRows());
    }
    var workers = resources.own(new Workers("dedupe", threads.dedupe(), Workers.SHORT_SPIN_NANOS));
    return new Deduper(shapes.step().schema(), settings.batchSize(), shapes.regions(), workers);
  }
}
