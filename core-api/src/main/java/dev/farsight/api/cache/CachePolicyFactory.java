package dev.farsight.api.cache;

import dev.farsight.api.config.Settings;

/** Creates cache policies of one kind, which {@code cache.policy} chooses by name. */
public interface CachePolicyFactory {

  /**
   * The name in the configuration: {@code cache.policy = NAME}. The policy's own settings are at
   * {@code farsight.cache.NAME}.
   */
  String name();

  /**
   * Checks the settings of the policy's own section that can be checked by themselves. Called
   * before data is opened, so that a wrong setting is told at once; opens nothing. What depends on
   * data or device is left to {@link #create}, which reads the same settings.
   *
   * @param own the section {@code farsight.cache.NAME}
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   */
  default void check(Settings own) {}

  /**
   * Creates a policy for one region.
   *
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   */
  CachePolicy create(PolicyContext context);

  /**
   * Bytes on the heap that a policy will take. The default is an estimate; a factory that can
   * should say it more exactly.
   *
   * @param context as in {@link #create}, without frequencies
   */
  default long heapBytes(PolicyContext context) {
    return 16L * context.slots();
  }

  /**
   * Whether the policy needs {@link PolicyContext#frequencies()}, which cost a pass over the
   * training data.
   */
  default boolean wantsFrequencies() {
    return false;
  }

  /** Whether the policy needs next uses. If it does not, the engine does not look for them. */
  default boolean wantsNextUse() {
    return false;
  }
}
