package dev.farsight.models.ctr;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.ModelFactory;

/** Makes {@link DeepFm} from the section {@code model.deepfm}. */
public final class DeepFmFactory implements ModelFactory {

  @Override
  public String name() {
    return "deepfm";
  }

  @Override
  public Model create(Settings model, BatchSchema schema) {
    FirstOrderRows.check(model);
    return new DeepFm(schema.denseWidth() > 0, Tower.of(model.section(name())));
  }
}
