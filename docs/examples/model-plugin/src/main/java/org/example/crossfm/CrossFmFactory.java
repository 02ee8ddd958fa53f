package org.example.crossfm;

import dev.farsight.api.config.Settings;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.ModelContext;
import dev.farsight.api.model.ModelFactory;

/** Makes {@link CrossFm} from the section {@code model.crossfm}. */
final class CrossFmFactory implements ModelFactory {

  @Override
  public String name() {
    return "crossfm";
  }

  @Override
  public void check(Settings model, Settings own) {
    model(true, own);
  }

  @Override
  public Model create(ModelContext context) {
    if (context.dim() < 2) {
      throw context.model().bad("embedding-dim", "leaves no room for a vector beside the first-order weight");
    }
    return model(context.schema().denseWidth() > 0, context.own());
  }

  private static CrossFm model(boolean dense, Settings own) {
    return new CrossFm(
        dense,
        own.integer("cross-layers", 1, 16),
        own.has("cross-rank") ? own.integer("cross-rank", 1, 65536) : 0);
  }
}
