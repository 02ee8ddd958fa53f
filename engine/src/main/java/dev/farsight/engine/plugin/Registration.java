package dev.farsight.engine.plugin;

/**
 * A factory or export format that a plugin registered.
 *
 * @param factory an instance of {@link Kind#factory()}
 * @param loader finds the plugin's classes
 */
record Registration(Offer offer, Object factory, ClassLoader loader) {

  /** The same, whose methods are called in a plugin's context. */
  Registration in(PluginContext context) {
    return new Registration(offer, context.around(offer.kind().factory(), factory), loader);
  }
}
