package dev.farsight.bench.exchange;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;

/**
 * Offers the collective {@code measured}. It is not registered in the jar: {@code bench/exchange}
 * has to be on the class path, so that no ordinary run knows of it.
 */
public final class MeasuredPlugin extends FarsightPlugin {

  public MeasuredPlugin() {
    super("measured", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.collective(new MeasuredFactory());
  }
}
