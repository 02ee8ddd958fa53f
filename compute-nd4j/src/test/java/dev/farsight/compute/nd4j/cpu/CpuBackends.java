package dev.farsight.compute.nd4j.cpu;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.config.Settings;

/** Opens the backend with the defaults of reference.conf. */
final class CpuBackends {

  private static final String SECTION = "farsight.compute.nd4j-native";

  private CpuBackends() {}

  static ComputeBackend open(int threads) {
    var own = Settings.of(SECTION, ConfigFactory.defaultReference().getConfig(SECTION));
    return new CpuFactory().open(new ComputeContext(own, threads));
  }
}
