package dev.farsight.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.testkit.plugin.RegisteredFactories;
import org.junit.jupiter.api.Test;

class DatasetsPluginTest {

  @Test
  void offersItsSourcesThroughTheDoor() {
    var sources = RegisteredFactories.ofService(DatasetsPlugin.class).sources();
    assertThat(sources).containsOnlyKeys("criteo", "avazu", "csv", "npy", "synthetic");
    sources.forEach((name, factory) -> assertThat(factory.name()).isEqualTo(name));
  }
}
