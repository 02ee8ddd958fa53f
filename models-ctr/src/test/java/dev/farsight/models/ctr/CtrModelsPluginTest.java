package dev.farsight.models.ctr;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.plugin.FarsightPlugin;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class CtrModelsPluginTest {

  @Test
  void offersTheModels() {
    FarsightPlugin plugin =
        ServiceLoader.load(FarsightPlugin.class).stream()
            .filter(p -> p.type() == CtrModelsPlugin.class)
            .findFirst()
            .orElseThrow()
            .get();
    Map<String, ModelFactory> models =
        Guice.createInjector(plugin).getInstance(Key.get(new TypeLiteral<>() {}));
    assertThat(models).containsOnlyKeys("dcn", "deepfm", "wide-deep");
  }
}
