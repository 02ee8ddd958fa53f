package dev.farsight.engine.build;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.store.RowStore;
import dev.farsight.engine.checkpoint.Checkpoints;
import dev.farsight.engine.model.DenseInit;
import dev.farsight.engine.model.ModelDirectory;
import java.util.Optional;

/**
 * The values that training begins with: of a checkpoint, of a saved model ({@code model.load}), or
 * initial ones.
 */
final class InitialValues {

  private final RunSetup setup;
  private final Optional<ModelDirectory> model;

  /** Null if the run does not continue from a checkpoint. */
  private final Checkpoints resumed;

  private final long modelSeed;
  private final int generation;

  /**
   * @param checkpoints null if the run writes none
   */
  InitialValues(RunSetup setup, Checkpoints checkpoints) {
    this.setup = setup;
    model = setup.farsight().section("model").optionalPath("load").map(ModelDirectory::new);
    resumed = checkpoints != null && checkpoints.resumed() ? checkpoints : null;
    modelSeed =
        resumed != null
            ? resumed.modelSeed()
            : model.map(ModelDirectory::seed).orElse(setup.settings().seed());
    generation =
        resumed != null ? resumed.generation() : model.map(ModelDirectory::generation).orElse(0);
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
  void load(CompiledStep step, RowStore store) {
    if (resumed != null) {
      resumed.loadDense(step.dense());
    } else if (model.isPresent()) {
      setup.events().phase("loading the model");
      model.get().load(step.dense(), store);
    } else {
      DenseInit.fill(step.dense(), modelSeed);
    }
  }
}
