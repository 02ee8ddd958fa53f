package dev.farsight.models.ctr;

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
  public Model create(ModelContext context) {
    FirstOrderRows.check(context);
    return new DeepFm(context.schema().denseWidth() > 0, Tower.of(context.own()));
  }

  @Override
  public boolean changesPredictions(String key) {
    return !key.equals("dropout");
  }
}
