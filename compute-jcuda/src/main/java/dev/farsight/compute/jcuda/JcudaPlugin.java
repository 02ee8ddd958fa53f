package dev.farsight.compute.jcuda;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;

/** Offers {@code compute.backend = jcuda} and {@code sharding.collective = nccl}. */
public final class JcudaPlugin extends FarsightPlugin {

  public JcudaPlugin() {
    super("compute-jcuda", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.compute(new JcudaFactory());
    registry.collective(new NcclFactory());
  }
}
