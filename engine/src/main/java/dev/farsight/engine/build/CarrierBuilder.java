package dev.farsight.engine.build;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.pipeline.Carriers;
import dev.farsight.engine.plan.UniqueRowSearch;
import dev.farsight.engine.settings.EngineSettings;
import java.util.Arrays;

/** Allocates the memory that carries batches through the pipeline. */
final class CarrierBuilder {

  private CarrierBuilder() {}

  static Carriers build(
      EngineSettings settings,
      Shapes shapes,
      Residency residency,
      UniqueRowSearch search,
      HostBuffers buffers) {
    BatchSchema schema = shapes.step().schema();
    int batchSize = settings.batchSize();
    var batches = new Batch[settings.batchesInUse()];
    Arrays.setAll(batches, b -> new Batch(schema, batchSize, buffers));
    var inputs = new StepInput[settings.plansInUse()];
    Arrays.setAll(inputs, i -> new StepInput(schema, batchSize, shapes.maxUniqueRows(), buffers));
    var plans = new CachePlan[settings.plansInUse()];
    Arrays.setAll(plans, p -> residency.newPlan(buffers));
    return new Carriers(batches, inputs, plans, search);
  }
}
