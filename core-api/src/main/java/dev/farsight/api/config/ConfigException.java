package dev.farsight.api.config;

import dev.farsight.api.FarsightException;

/**
 * Thrown if the configuration or the command line is wrong, before anything is started. The exit
 * status is 2.
 */
public final class ConfigException extends FarsightException {

  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }

  public ConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
