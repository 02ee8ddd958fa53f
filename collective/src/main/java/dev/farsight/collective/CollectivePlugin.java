package dev.farsight.collective;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;

/** Offers the collectives {@code threads} and {@code sockets}. */
public final class CollectivePlugin extends FarsightPlugin {

  public CollectivePlugin() {
    super("collective", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.collective(new ThreadsFactory());
    registry.collective(new SocketsFactory());
  }
}
