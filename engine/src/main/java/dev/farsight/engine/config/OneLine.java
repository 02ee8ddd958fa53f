package dev.farsight.engine.config;

import dev.farsight.api.internal.Quoted;

/** Converts messages to a single line. */
final class OneLine {

  /** The parser's messages quote what they could not read, however long it is. */
  private static final int LONGEST = 500;

  private OneLine() {}

  /**
   * The message of an exception, with line breaks replaced by spaces, and no longer than 500
   * characters.
   */
  static String of(Throwable e) {
    String line = Quoted.line(String.valueOf(e.getMessage()));
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }
}
