package dev.farsight.engine.plugin;

/**
 * One factory that a plugin offers.
 *
 * @param kind what it makes
 * @param name its name in the configuration
 * @param plugin name of the plugin
 * @param from where the plugin was found: a jar's path, or "class path"
 */
public record Offer(Kind kind, String name, String plugin, String from) {}
