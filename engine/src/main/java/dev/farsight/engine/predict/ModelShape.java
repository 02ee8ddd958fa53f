package dev.farsight.engine.predict;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.build.Specs;
import dev.farsight.engine.checkpoint.DenseValues;
import dev.farsight.engine.model.ModelDescription;
import dev.farsight.engine.plan.Deduper;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.settings.EngineSettings;
import java.util.List;

/**
 * What all scorers of a model have in common: its ops, the layout of samples, and sizes.
 *
 * @param step the specification of a step that only evaluates: rows are float32, without optimizer
 *     state
 */
record ModelShape(Settings farsight, Components components, Tape tape, StepSpec step) {

  /**
   * @param farsight the section {@code farsight}
   * @throws FarsightException if the model was made by other plugins
   */
  static ModelShape of(Settings farsight, Components components, SavedState state, int batchSize) {
    ModelDescription description = state.description();
    TableSet tables = state.initial().tables();
    BatchSchema schema = schema(farsight, state, description);
    Tape tape = Specs.tape(EngineSettings.of(farsight), components, schema);
    description.requireSameOps(state.path().toString(), tape);
    RowFormat format = RowFormat.fp32(state.initial().format().dim(), List.of());
    var step =
        new StepSpec(
            schema,
            batchSize,
            Deduper.maxUniqueRows(schema, batchSize),
            format,
            OptimizerSpec.of(new UpdateRule.Sgd(0)),
            description.maxNorms(tables));
    return new ModelShape(farsight, components, tape, step);
  }

  private static BatchSchema schema(
      Settings farsight, SavedState state, ModelDescription description) {
    Settings data = farsight.section("data");
    int limit =
        data.has("max-lookups")
            ? data.integer("max-lookups", 1, Integer.MAX_VALUE)
            : BatchSchema.NO_LIMIT;
    try {
      return description.schema(state.initial().tables(), limit);
    } catch (IllegalArgumentException e) {
      throw new FarsightException(
          state.path() + ": its description is damaged: " + Quoted.of(e.getMessage()), e);
    }
  }

  BatchSchema schema() {
    return step.schema();
  }

  /** Whether samples of a schema have the model's features, whatever columns they have besides. */
  @SuppressWarnings("ReferenceEquality") // Nearly every batch has this very schema.
  boolean takes(BatchSchema samples) {
    BatchSchema own = schema();
    return samples == own
        || (samples.denseWidth() == own.denseWidth()
            && samples.features().equals(own.features())
            && samples.tables().tables().equals(own.tables().tables())
            && samples.lookupLimit() == own.lookupLimit());
  }

  /** Opens a backend that computes on one thread: scorers run beside each other. */
  ComputeBackend openBackend() {
    Settings compute = farsight.section("compute");
    return components
        .compute(farsight)
        .open(new ComputeContext(compute.section(compute.string("backend")), 1));
  }

  /** Writes the saved values of all parameters, without optimizer state, to those of a step. */
  void write(DenseValues saved, DenseState dense) {
    for (int p = 0; p < dense.parameters().size(); p++) {
      DenseState.Parameter parameter = dense.parameters().get(p);
      if (!parameter.optimizerState()) {
        dense.write(p, saved.of(parameter));
      }
    }
  }
}
