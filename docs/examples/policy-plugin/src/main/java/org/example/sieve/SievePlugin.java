package org.example.sieve;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;

/** Offers the policy {@code sieve}. */
public final class SievePlugin extends FarsightPlugin {

  public SievePlugin() {
    super("sieve-policy", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.policy(new SievePolicy.Factory());
  }
}
