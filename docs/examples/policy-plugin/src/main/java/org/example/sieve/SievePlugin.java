package org.example.sieve;

import dev.farsight.api.plugin.FarsightPlugin;

/** Offers the policy {@code sieve}. */
public final class SievePlugin extends FarsightPlugin {

  public SievePlugin() {
    super("sieve-policy", FarsightPlugin.API_VERSION);
  }

  @Override
  protected void configure() {
    policy(new SievePolicy.Factory());
  }
}
