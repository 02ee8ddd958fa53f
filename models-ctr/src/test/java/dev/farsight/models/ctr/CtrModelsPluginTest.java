package dev.farsight.models.ctr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.testkit.plugin.RegisteredFactories;
import org.junit.jupiter.api.Test;

class CtrModelsPluginTest {

  @Test
  void offersTheModels() {
    var models = RegisteredFactories.ofService(CtrModelsPlugin.class).models();
    assertThat(models).containsOnlyKeys("dcn", "deepfm", "wide-deep");
  }
}
