package dev.farsight.engine.predict;

import dev.farsight.api.store.RowReader;
import dev.farsight.api.table.InitialRows;
import dev.farsight.engine.checkpoint.DenseValues;
import dev.farsight.engine.model.ModelFacts;
import dev.farsight.engine.model.SavedModel;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Path;
import java.util.Optional;

/** The folder of a model. Its rows are mapped. */
record ModelState(Path path, SavedModel model, ModelFacts facts) implements SavedState {

  ModelState(Path path, SavedModel model) {
    this(path, model, facts(model));
  }

  private static ModelFacts facts(SavedModel model) {
    model.requireComplete();
    return model.facts();
  }

  @Override
  public long steps() {
    return facts.training().get("steps") instanceof Number steps ? steps.longValue() : 0;
  }

  @Override
  public Optional<Path> fitted() {
    return model.fitted();
  }

  @Override
  public InitialRows initial() {
    return model.initial();
  }

  @Override
  public DenseValues dense() {
    var parameters = model.parameters();
    return new DenseValues(parameters, model.loadDense(parameters));
  }

  @Override
  public RowReader rows(Components components, boolean verifies) {
    return model.mapRows(verifies);
  }
}
