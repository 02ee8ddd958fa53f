package dev.farsight.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.plugin.FarsightPlugin;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class DatasetsPluginTest {

  @Test
  void offersItsSourcesThroughTheDoor() {
    FarsightPlugin plugin =
        ServiceLoader.load(FarsightPlugin.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(p -> p.name().equals("datasets"))
            .findFirst()
            .orElseThrow();
    Map<String, DataSourceFactory> sources =
        Guice.createInjector(plugin)
            .getInstance(Key.get(new TypeLiteral<Map<String, DataSourceFactory>>() {}));
    assertThat(sources).containsOnlyKeys("criteo", "avazu", "csv", "synthetic");
    sources.forEach((name, factory) -> assertThat(factory.name()).isEqualTo(name));
  }
}
