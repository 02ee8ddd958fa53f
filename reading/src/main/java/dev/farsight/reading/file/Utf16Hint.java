package dev.farsight.reading.file;

/** Says what is wrong with text that seems to be UTF-16 and was read as UTF-8. */
public final class Utf16Hint {

  /** The two bytes of a byte order mark of UTF-16, decoded as UTF-8. */
  private static final String BYTE_ORDER_MARK = "\uFFFD\uFFFD";

  private Utf16Hint() {}

  /** A hint to follow on a complaint about the text; empty if it looks like UTF-8. */
  public static String of(String text) {
    return text.indexOf('\0') >= 0 || text.startsWith(BYTE_ORDER_MARK)
        ? "; the file seems to be UTF-16, and UTF-8 is needed"
        : "";
  }
}
