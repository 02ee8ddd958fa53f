package dev.farsight.engine.attribution;

import dev.farsight.api.FarsightException;

/**
 * Thrown if a component broke its contract, or threw what is not meant for the user. The message
 * names the component, its plugin and the call; the stack trace is for the plugin's author.
 */
public final class PluginException extends FarsightException {

  private static final long serialVersionUID = 1L;

  PluginException(String message) {
    super(message);
  }

  PluginException(String message, Throwable cause) {
    super(message, cause);
  }
}
