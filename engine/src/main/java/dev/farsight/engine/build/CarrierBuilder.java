package dev.farsight.engine.build;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.Batch;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.pipeline.Carriers;
import dev.farsight.engine.plan.RowMerge;
import dev.farsight.engine.plan.UniqueRowSearch;
import dev.farsight.engine.settings.EngineSettings;
import java.util.Arrays;

/** Allocates the memory that carries the batches of a rank through the pipeline. */
final class CarrierBuilder {

  private CarrierBuilder() {}

  /**
   * @param step of one rank
   * @param merge null if there is one rank
   */
  static Carriers build(
      EngineSettings settings,
      StepSpec step,
      Residency residency,
      UniqueRowSearch search,
      RowMerge merge,
      HostBuffers buffers) {
    var batches = new Batch[settings.batchesInUse()];
    Arrays.setAll(batches, b -> new Batch(step.schema(), step.batchSize(), buffers));
    var inputs = new StepInput[settings.plansInUse()];
    Arrays.setAll(
        inputs,
        i ->
            new StepInput(
                step.schema(), step.batchSize(), step.maxUniqueRows(), step.exchange(), buffers));
    var plans = new CachePlan[settings.plansInUse()];
    Arrays.setAll(plans, p -> residency.newPlan(buffers));
    return new Carriers(batches, inputs, plans, search, merge);
  }
}
