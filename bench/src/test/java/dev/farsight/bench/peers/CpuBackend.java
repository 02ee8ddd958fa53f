package dev.farsight.bench.peers;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Plugins;
import java.util.List;

/** Opens {@code compute.backend = nd4j-native} with its defaults. */
final class CpuBackend implements AutoCloseable {

  private static final String NAME = "nd4j-native";

  private final ClassLoader loader = CpuBackend.class.getClassLoader();
  private final Plugins plugins = Plugins.load(loader);

  ComputeBackend open() {
    var farsight = Settings.of("farsight", FarsightConfig.defaults().resolve(List.of(loader)));
    var own = farsight.section("compute").section(NAME);
    return plugins.components().computes().get(NAME).open(new ComputeContext(own, 2));
  }

  @Override
  public void close() {
    plugins.close();
  }
}
