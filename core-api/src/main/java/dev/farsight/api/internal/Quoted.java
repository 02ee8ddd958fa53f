package dev.farsight.api.internal;

import java.util.Locale;

/**
 * Text of files and users for messages. Characters that could move the cursor, change colours or
 * reorder a line of a terminal are shown as {@code \}{@code u001B}, as in Java's source.
 */
public final class Quoted {

  private static final int LONGEST = 200;

  private Quoted() {}

  /** The text on one line, cut after 200 characters. */
  public static String of(String text) {
    if (text.length() <= LONGEST) {
      return line(text);
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
    return String.format(
        Locale.ROOT, "%s... (%d characters)", line(text.substring(0, end)), text.length());
  }

  /** The text on one line, whole: a line break and the blanks around it become a space. */
  public static String line(String text) {
    var line = new StringBuilder(text.length());
    text.strip()
        .replaceAll("\\s*\\R\\s*", " ")
        .codePoints()
        .forEach(
            c -> {
              if (visible(c)) {
                line.appendCodePoint(c);
              } else {
                line.append(String.format(Locale.ROOT, "\\u%04X", c));
              }
            });
    return line.toString();
  }

  private static boolean visible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}
