package dev.farsight.engine.plugin;

/**
 * A factory or export format that a plugin registered.
 *
 * @param factory an instance of {@link Kind#factory()}
 */
record Registration(Offer offer, Object factory) {

  /** The same, whose methods are called in a plugin's context. */
  Registration in(PluginContext context) {
    return new Registration(offer, context.around(offer.kind().factory(), factory));
  }
}
