package dev.farsight.models.dlrm;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.testkit.config.WrongSetting;
import dev.farsight.testkit.model.ModelContract;
import java.util.List;

class DlrmContractTest extends ModelContract {

  @Override
  protected ModelFactory factory() {
    return new DlrmFactory();
  }

  @Override
  protected List<String> settings() {
    return List.of(
        "bottom-mlp = [6], top-mlp = [7, 4]",
        "bottom-mlp = [], top-mlp = [], cross-layers = 2, cross-rank = 0, interaction = cross",
        "bottom-mlp = [6], top-mlp = [4], cross-layers = 1, cross-rank = 3, interaction = cross");
  }

  /** The bottom MLP reads them. */
  @Override
  protected boolean takes(BatchSchema schema) {
    return schema.denseWidth() > 0;
  }

  @Override
  protected List<WrongSetting> wrongSettings() {
    return List.of(
        new WrongSetting("bottom-mlp = [0]", "bottom-mlp"),
        new WrongSetting("top-mlp = [8, 65537]", "top-mlp"),
        new WrongSetting("top-mlp = wide", "top-mlp"),
        new WrongSetting("interaction = product", "interaction"),
        new WrongSetting("cross-layers = 65", "cross-layers"),
        new WrongSetting("cross-rank = -1", "cross-rank"));
  }
}
