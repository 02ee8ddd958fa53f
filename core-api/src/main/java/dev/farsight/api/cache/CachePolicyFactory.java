package dev.farsight.api.cache;

/** Creates cache policies of one kind, which {@code cache.policy} chooses by name. */
public interface CachePolicyFactory {

  /**
   * The name in the configuration: {@code cache.policy = NAME}. The policy's own settings are at
   * {@code farsight.cache.NAME}.
   */
  String name();

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
