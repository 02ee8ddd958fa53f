package dev.farsight.models.ctr;

import dev.farsight.api.model.ModelFactory;
import dev.farsight.testkit.config.WrongSetting;
import dev.farsight.testkit.model.ModelContract;
import java.util.List;

class DcnContractTest extends ModelContract {

  @Override
  protected ModelFactory factory() {
    return new DcnFactory();
  }

  @Override
  protected List<String> settings() {
    return List.of(
        "cross-layers = 2, cross-rank = 0, deep-mlp = [6, 4]",
        "cross-layers = 1, cross-rank = 3, deep-mlp = [6], dropout = 0.25",
        "cross-layers = 2, cross-rank = 3, deep-mlp = [6], structure = parallel",
        "cross-layers = 1, cross-rank = 0, deep-mlp = [6], structure = parallel, layer-norm = true");
  }

  @Override
  protected List<WrongSetting> wrongSettings() {
    return List.of(
        new WrongSetting("structure = serial", "structure"),
        new WrongSetting("cross-layers = 0", "cross-layers"),
        new WrongSetting("cross-rank = 65537", "cross-rank"),
        new WrongSetting("deep-mlp = [8, 0]", "deep-mlp"),
        new WrongSetting("dropout = 1", "dropout"),
        new WrongSetting("layer-norm = 3", "layer-norm"));
  }
}
