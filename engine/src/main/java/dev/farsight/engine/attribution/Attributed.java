package dev.farsight.engine.attribution;

/** A factory that knows the plugin that registered it. */
interface Attributed {

  PluginCalls calls();
}
