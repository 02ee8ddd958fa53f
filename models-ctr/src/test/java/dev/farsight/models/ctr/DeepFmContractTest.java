package dev.farsight.models.ctr;

import dev.farsight.api.model.ModelFactory;
import dev.farsight.testkit.config.WrongSetting;
import dev.farsight.testkit.model.ModelContract;
import java.util.List;

class DeepFmContractTest extends ModelContract {

  @Override
  protected ModelFactory factory() {
    return new DeepFmFactory();
  }

  @Override
  protected List<String> settings() {
    return List.of(
        "deep-mlp = [6, 4]", "deep-mlp = []", "deep-mlp = [6], dropout = 0.25, layer-norm = true");
  }

  /** A vector and a first-order weight. */
  @Override
  protected int fewestDims() {
    return 2;
  }

  @Override
  protected List<WrongSetting> wrongSettings() {
    return List.of(
        new WrongSetting("deep-mlp = [8, 0]", "deep-mlp"),
        new WrongSetting("dropout = 1", "dropout"),
        new WrongSetting("layer-norm = 3", "layer-norm"));
  }
}
