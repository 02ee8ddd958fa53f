package dev.farsight.models.dlrm;

import dev.farsight.api.config.Settings;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.ModelContext;
import dev.farsight.api.model.ModelFactory;

/** Makes {@link Dlrm} from the section {@code model.dlrm}. */
public final class DlrmFactory implements ModelFactory {

  @Override
  public String name() {
    return "dlrm";
  }

  @Override
  public void check(Settings model, Settings own) {
    DlrmSettings.of(own);
  }

  @Override
  public Model create(ModelContext context) {
    DlrmSettings settings = DlrmSettings.of(context.own());
    if (context.schema().denseWidth() == 0) {
      throw context
          .model()
          .bad(
              "type",
              "needs dense features for its bottom-mlp, and the data has none: name some (data.csv.dense, data.synthetic.dense), or choose a model that does without");
    }
    return new Dlrm(context.dim(), settings.bottom(), settings.interaction(), settings.top());
  }
}
