package dev.farsight.engine.config;

/** Converts messages to a single line. */
final class OneLine {

  private OneLine() {}

  /** The message of an exception, with line breaks replaced by spaces. */
  static String of(Throwable e) {
    return String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
