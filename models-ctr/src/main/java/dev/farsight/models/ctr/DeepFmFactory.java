package dev.farsight.models.ctr;

import dev.farsight.api.config.Settings;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.ModelContext;
import dev.farsight.api.model.ModelFactory;

/** Makes {@link DeepFm} from the section {@code model.deepfm}. */
public final class DeepFmFactory implements ModelFactory {

  @Override
  public String name() {
    return "deepfm";
  }

  @Override
  public void check(Settings model, Settings own) {
    FirstOrderRows.check(model);
    Tower.of(own);
  }

  @Override
  public Model create(ModelContext context) {
    FirstOrderRows.check(context.model());
    return new DeepFm(context.schema().denseWidth() > 0, Tower.of(context.own()));
  }

  @Override
  public boolean changesPredictions(String key) {
    return !key.equals("dropout");
  }
}
