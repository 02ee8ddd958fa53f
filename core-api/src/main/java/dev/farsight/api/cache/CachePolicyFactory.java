package dev.farsight.api.cache;

/** Makes policies of one kind, chosen by {@code cache.policy}. */
public interface CachePolicyFactory {

  /**
   * The name in the configuration: {@code cache.policy = NAME}; own keys at {@code
   * farsight.cache.NAME}.
   */
  String name();

  /**
   * A policy for one region.
   *
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   */
  CachePolicy create(PolicyContext context);

  /**
   * Whether {@link PolicyContext#frequencies()} is needed, which costs a pass over the training
   * data.
   */
  default boolean wantsFrequencies() {
    return false;
  }

  /** Whether the policy uses next uses; without, the engine saves the work of finding them. */
  default boolean wantsNextUse() {
    return false;
  }
}
