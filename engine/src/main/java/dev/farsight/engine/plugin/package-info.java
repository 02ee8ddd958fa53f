/**
 * Finds plugins on the class path and in a folder of jars, and collects the named factories that
 * they offer.
 */
package dev.farsight.engine.plugin;
