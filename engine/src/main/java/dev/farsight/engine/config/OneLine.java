package dev.farsight.engine.config;

import com.typesafe.config.ConfigException;
import dev.farsight.api.internal.Quoted;

/** Converts messages to a single line. */
final class OneLine {

  private OneLine() {}

  /** The message of an exception on one line; of what follows the file and line, a part. */
  static String of(Throwable e) {
    String message = String.valueOf(e.getMessage());
    String place =
        e instanceof ConfigException c && c.origin() != null ? c.origin().description() + ": " : "";
    return message.startsWith(place)
        ? (Quoted.line(place) + " ").stripLeading() + Quoted.of(message.substring(place.length()))
        : Quoted.of(message);
  }
}
