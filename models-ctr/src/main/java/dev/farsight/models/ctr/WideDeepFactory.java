package dev.farsight.models.ctr;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.ModelFactory;

/** Makes {@link WideDeep} from the section {@code model.wide-deep}. */
public final class WideDeepFactory implements ModelFactory {

  @Override
  public String name() {
    return "wide-deep";
  }

  @Override
  public Model create(Settings model, BatchSchema schema) {
    FirstOrderRows.check(model);
    return new WideDeep(schema.denseWidth() > 0, Tower.of(model.section(name())));
  }
}
