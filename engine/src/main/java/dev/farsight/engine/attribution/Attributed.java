package dev.farsight.engine.attribution;

/**
 * What a plugin registered, and how messages name it. Equal only to itself: the plugin's own {@code
 * equals} is not asked.
 */
abstract class Attributed<F> {

  final F factory;
  final PluginCalls calls;
  private final String name;

  /**
   * @param name the name under which the plugin registered it
   */
  Attributed(F factory, String name, PluginCalls calls) {
    this.factory = factory;
    this.name = name;
    this.calls = calls;
  }

  public final String name() {
    return name;
  }
}
