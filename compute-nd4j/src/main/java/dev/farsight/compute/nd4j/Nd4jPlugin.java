package dev.farsight.compute.nd4j;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;
import dev.farsight.compute.nd4j.cpu.CpuFactory;
import dev.farsight.compute.nd4j.generic.Nd4jCudaFactory;

/** Offers {@code compute.backend = nd4j-native} and {@code nd4j-cuda}. */
public final class Nd4jPlugin extends FarsightPlugin {

  public Nd4jPlugin() {
    super("compute-nd4j", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.compute(new CpuFactory());
    registry.compute(new Nd4jCudaFactory());
  }
}
