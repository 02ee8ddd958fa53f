package dev.farsight.api.internal;

/** Foreign text as part of a message of one line. */
public final class Excerpt {

  private static final int LONGEST = 200;

  private Excerpt() {}

  /** The text's first 200 characters at most, control characters as {@code ?}. */
  public static String of(String text) {
    String line = text.substring(0, Math.min(text.length(), LONGEST)).replaceAll("\\p{Cntrl}", "?");
    return text.length() > LONGEST ? line + "..." : line;
  }
}
