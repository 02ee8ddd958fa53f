package dev.farsight.engine.attribution;

import dev.farsight.api.config.Settings;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.ModelContext;
import dev.farsight.api.model.ModelFactory;

/** A plugin's models. Whoever records a model on a tape attributes that. */
final class AttributedModelFactory extends Attributed<ModelFactory> implements ModelFactory {

  AttributedModelFactory(ModelFactory factory, String name, PluginCalls calls) {
    super(factory, name, calls);
  }

  @Override
  public void check(Settings model, Settings own) {
    calls.run("ModelFactory.check", () -> factory.check(model, own));
  }

  @Override
  public Model create(ModelContext context) {
    return calls.get("ModelFactory.create", () -> factory.create(context));
  }

  @Override
  public boolean changesPredictions(String key) {
    return calls.get("ModelFactory.changesPredictions", () -> factory.changesPredictions(key));
  }
}
