package dev.farsight.api.internal;

/**
 * Text that others wrote, made fit for a message: one line, no control bytes, which could move a
 * terminal's cursor or hide what was said, and not too long.
 */
public final class Quoted {

  /** Most characters of foreign text in a message. */
  public static final int LONGEST = 200;

  private Quoted() {}

  /**
   * At most {@link #LONGEST} characters of a text, {@link #visible}; what is cut off shows as
   * "...".
   */
  public static String text(String foreign) {
    String text = String.valueOf(foreign);
    if (text.length() <= LONGEST) {
      return visible(text);
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST - 4)) ? LONGEST - 4 : LONGEST - 3;
    return visible(text.substring(0, end)) + "...";
  }

  /**
   * The text in one line: line breaks become a space, other control characters, invisible
   * formatting and lone surrogates become {@code ?}. A text of the usual kind is returned as it is.
   */
  public static String visible(String text) {
    return visible(text, false);
  }

  /** As {@link #visible(String)}, but line breaks stay: for text of several lines. */
  public static String visibleLines(String text) {
    return visible(text, true);
  }

  private static String visible(String text, boolean lines) {
    StringBuilder made = null;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int length = Character.charCount(c);
      if (!shown(c) && !(lines && c == '\n')) {
        made = made == null ? new StringBuilder(text.length()).append(text, 0, i) : made;
        made.append(c == '\n' || c == '\r' || c == '\t' ? ' ' : '?');
      } else if (made != null) {
        made.appendCodePoint(c);
      }
      i += length;
    }
    return made == null ? text : made.toString();
  }

  private static boolean shown(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
