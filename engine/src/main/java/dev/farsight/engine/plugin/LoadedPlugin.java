package dev.farsight.engine.plugin;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.engine.attribution.LinkageReasons;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.function.UnaryOperator;

/** A plugin, and the factories and formats that it registered. */
final class LoadedPlugin {

  private final String name;
  private final String location;
  private final List<Registration> registrations;

  /**
   * @param location where the plugin was found, for messages
   * @throws ConfigException if the plugin was built for another API version, or fails to register
   */
  LoadedPlugin(FarsightPlugin plugin, String location) {
    this(plugin, location, UnaryOperator.identity());
  }

  /**
   * As {@link #LoadedPlugin(FarsightPlugin, String)}, for a plugin of a jar.
   *
   * @param context in which the plugin's code is called from now on
   */
  LoadedPlugin(FarsightPlugin plugin, String location, PluginContext context) {
    this(plugin, location, registration -> registration.in(context));
  }

  private LoadedPlugin(
      FarsightPlugin plugin, String location, UnaryOperator<Registration> seenByEngine) {
    this.name = plugin.name();
    this.location = location;
    if (plugin.apiVersion() != FarsightPlugin.API_VERSION) {
      throw new ConfigException(
          this
              + " is built for plugin API version "
              + plugin.apiVersion()
              + ", this is version "
              + FarsightPlugin.API_VERSION
              + "; use a version of the plugin that is built for it");
    }
    this.registrations = registered(plugin).stream().map(seenByEngine).toList();
  }

  private List<Registration> registered(FarsightPlugin plugin) {
    var collected = new Registrations(name, location);
    try {
      plugin.register(collected);
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      throw new ConfigException(this + ": " + reason(e, plugin.getClass().getClassLoader()), e);
    }
    return collected.list();
  }

  /** The factories and formats that the plugin offers. */
  List<Registration> registrations() {
    return registrations;
  }

  /**
   * Describes what a plugin threw in one line.
   *
   * @param loader finds the plugin's classes
   */
  static String reason(Throwable e, ClassLoader loader) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof LinkageError error) {
        return Quoted.line(LinkageReasons.of(error, loader));
      }
    }
    if (e instanceof ConfigException) {
      return Quoted.line(e.getMessage());
    }
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (e.getMessage() == null || !(e instanceof ServiceConfigurationError)) {
      return Quoted.of(root.toString());
    }
    String message = e.getMessage().replace(FarsightPlugin.SERVICE + ": ", "");
    return firstLine(message) + (root == e ? "" : ": " + Quoted.of(root.toString()));
  }

  private static String firstLine(String text) {
    return Quoted.of(text.strip().lines().findFirst().orElse(""));
  }

  @Override
  public String toString() {
    return "plugin " + name + " (" + location + ")";
  }
}
