package dev.farsight.compute.jcuda;

import dev.farsight.api.plugin.FarsightPlugin;

/** Offers {@code compute.backend = jcuda}. */
public final class JcudaPlugin extends FarsightPlugin {

  public JcudaPlugin() {
    super("compute-jcuda", FarsightPlugin.API_VERSION);
  }

  @Override
  protected void configure() {
    compute(new JcudaFactory());
  }
}
