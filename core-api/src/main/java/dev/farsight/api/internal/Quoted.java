package dev.farsight.api.internal;

import java.util.Locale;

/**
 * Text of files and users for messages. Characters that could move the cursor, change colours or
 * reorder a line of a terminal are shown as {@code \}{@code u001B}, and tabs as {@code \t}, as in
 * Java's source.
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
    return lines(text.strip().replaceAll("\\s*\\R\\s*", " "));
  }

  /** The text, whole, with the line breaks that it has. */
  public static String lines(String text) {
    if (text.codePoints().allMatch(c -> c == '\n' || visible(c))) {
      return text;
    }
    var lines = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\n' || visible(c)) {
                lines.appendCodePoint(c);
              } else if (c == '\t') {
                lines.append("\\t");
              } else {
                lines.append(String.format(Locale.ROOT, "\\u%04X", c));
              }
            });
    return lines.toString();
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
