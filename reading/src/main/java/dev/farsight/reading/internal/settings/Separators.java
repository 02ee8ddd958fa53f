package dev.farsight.reading.internal.settings;

import dev.farsight.api.config.Settings;

/** Reads the characters that separate: one ASCII character, so one byte. */
public final class Separators {

  private static final String RESERVED = "\"\n\r";

  private Separators() {}

  /** What stands between two fields. */
  public static char ofFields(Settings own) {
    String text = own.string("separator");
    if (!isOneCharacter(text)) {
      throw own.bad("separator", "is not one ASCII character other than a quote or line end");
    }
    return text.charAt(0);
  }

  /** What stands between two values of a field. */
  static char ofValues(Settings column, char ofFields) {
    String text = column.string("separator");
    if (!isOneCharacter(text) || text.charAt(0) == ofFields) {
      throw column.bad(
          "separator",
          "is not one ASCII character other than a quote, a line end or the separator of columns");
    }
    return text.charAt(0);
  }

  private static boolean isOneCharacter(String text) {
    return text.length() == 1 && text.charAt(0) <= 127 && !RESERVED.contains(text);
  }
}
