package dev.farsight.engine.plugin;

/**
 * A factory or export format that a plugin offers.
 *
 * @param kind the kind of component
 * @param name the component's name in the configuration
 * @param plugin name of the plugin
 * @param from where the plugin was found: the path of a jar, or "class path"
 */
public record Offer(Kind kind, String name, String plugin, String from) {}
