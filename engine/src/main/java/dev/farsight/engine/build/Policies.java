package dev.farsight.engine.build;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.settings.EngineSettings;
import java.util.Objects;

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
    try {
      return Objects.requireNonNull(factory.create(context), "its factory returned null");
    } catch (FarsightException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw new FarsightException(
          "cache policy %s could not be made: %s".formatted(factory.name(), e), e);
    }
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
