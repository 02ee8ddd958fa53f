package dev.farsight.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.Inject;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.config.ConfigException;
import dev.farsight.testkit.plugin.RegisteredFactories;
import org.junit.jupiter.api.Test;

class GuicePluginTest {

  private static final class Given extends GuicePlugin {
    Given(Module... modules) {
      super("given", API_VERSION, modules);
    }
  }

  private static final class PolicyModule extends AbstractModule {
    @Override
    protected void configure() {
      Multibinder.newSetBinder(binder(), CachePolicyFactory.class).addBinding().to(Needy.class);
      bind(Needy.class);
    }
  }

  private static final class NameModule extends AbstractModule {
    @Override
    protected void configure() {
      bind(String.class).toInstance("hello");
    }
  }

  @Test
  void registersWhatItsModulesMake() {
    var registered = RegisteredFactories.of(new Given(new PolicyModule(), new NameModule()));
    assertThat(registered.policies()).containsOnlyKeys("hello");
    assertThat(registered.stores()).isEmpty();
    assertThat(registered.computes()).isEmpty();
    assertThat(registered.sources()).isEmpty();
    assertThat(registered.models()).isEmpty();
    assertThat(registered.exportFormats()).isEmpty();
  }

  @Test
  void anUnboundDependencyIsToldInOneLine() {
    var plugin = new Given(new PolicyModule());
    assertThatThrownBy(() -> RegisteredFactories.of(plugin))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("String")
        .hasMessageNotContaining("\n");
  }

  static final class Needy implements CachePolicyFactory {

    private final String name;

    @Inject
    Needy(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public CachePolicy create(PolicyContext context) {
      throw new UnsupportedOperationException();
    }
  }
}
