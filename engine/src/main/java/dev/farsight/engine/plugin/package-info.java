/**
 * Loads plugins from the class path and from a folder of jars, and collects the named factories
 * that they offer.
 */
package dev.farsight.engine.plugin;
