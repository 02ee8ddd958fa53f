package dev.farsight.engine.build;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.attribution.PluginCalls;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.settings.EngineSettings;

/** Creates cache policies, whose factories may come from any plugin. */
public final class Policies {

  /** Slots of the policy that is created only to check its settings. */
  private static final int CHECK_SLOTS = 1024;

  private Policies() {}

  /**
   * Creates a policy.
   *
   * @throws FarsightException if the factory fails; the message names the policy
   */
  static CachePolicy create(CachePolicyFactory factory, PolicyContext context) {
    return PluginCalls.of(factory, "cache policy " + factory.name())
        .get("CachePolicyFactory.create", () -> factory.create(context));
  }

  /** Checks the settings of the policy. It reads them when it is created, so a small one is. */
  public static void checkSettings(EngineSettings settings, Components components, int slots) {
    Settings cache = settings.farsight().section("cache");
    create(
        components.policy(settings.farsight()),
        new PolicyContext(
            Math.min(slots, CHECK_SLOTS),
            settings.seed(),
            cache.section(cache.string("policy")),
            RowFrequencies.NONE,
            0));
  }
}
