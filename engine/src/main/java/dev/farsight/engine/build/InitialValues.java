package dev.farsight.engine.build;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.store.RowStore;
import dev.farsight.engine.checkpoint.ResumePoint;
import dev.farsight.engine.model.DenseInit;
import dev.farsight.engine.model.SavedModel;
import java.util.Optional;

/**
 * The values that training begins with: of a checkpoint, of a saved model ({@code model.load}), or
 * initial ones.
 */
final class InitialValues {

  private final RunSetup setup;
  private final Optional<SavedModel> model;

  /** Null if the run does not continue from a checkpoint. */
  private final ResumePoint resumed;

  private final long modelSeed;
  private final int generation;

  /**
   * @param resumed null if the run does not continue from a checkpoint
   */
  InitialValues(RunSetup setup, ResumePoint resumed) {
    this.setup = setup;
    model = setup.farsight().section("model").optionalPath("load").map(SavedModel::new);
    this.resumed = resumed;
    modelSeed =
        resumed != null
            ? resumed.modelSeed()
            : model.map(SavedModel::seed).orElse(setup.settings().seed());
    generation =
        resumed != null ? resumed.generation() : model.map(SavedModel::generation).orElse(0);
  }

  /** Seed of the rows that were never written, and of initial dense parameters. */
  long modelSeed() {
    return modelSeed;
  }

  /** How often the rows that were never written had been drawn again. */
  int generation() {
    return generation;
  }

  /** Sets the dense parameters; writes rows if a model is loaded. */
  void load(DeviceParts device, RowStore store) {
    CompiledStep step = device.step();
    if (resumed != null) {
      resumed.loadDense(step.dense());
    } else if (model.isPresent()) {
      setup.events().phase("loading the model");
      model.get().load(step.dense(), store);
    } else {
      DenseInit.fill(step.dense(), device.tape().parameters(), modelSeed);
    }
  }
}
