package dev.farsight.engine.plugin;

/**
 * A factory that a plugin registered.
 *
 * @param factory an instance of {@link Kind#factory()}
 */
record Registration(Offer offer, Object factory) {}
