/**
 * Tells which plugin failed. A component that a plugin registered is wrapped, with everything that
 * it makes, so that an exception of any call names the component, the plugin, its jar and the call.
 */
package dev.farsight.engine.attribution;
