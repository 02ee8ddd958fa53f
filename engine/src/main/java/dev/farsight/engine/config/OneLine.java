package dev.farsight.engine.config;

/** Makes one line of a message. */
final class OneLine {

  private OneLine() {}

  static String of(Throwable e) {
    return String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
