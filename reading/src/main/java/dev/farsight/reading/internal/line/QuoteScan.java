package dev.farsight.reading.internal.line;

/**
 * Tells whether a line end lies within a quoted field. A field is quoted if its first byte is a
 * quote; a doubled quote inside stands for itself, which closing and opening again amounts to. Fed
 * line by line. Lines without any quote cost one fast search.
 */
final class QuoteScan {

  private final byte separator;
  private boolean quoted;

  QuoteScan(byte separator) {
    this.separator = separator;
  }

  /** Begins a record. */
  void start() {
    quoted = false;
  }

  /** Whether a quoted field of the record is still open after its next line, [from, to). */
  boolean open(byte[] bytes, int from, int to) {
    int quote = Bytes.indexOf(bytes, (byte) '"', from, to);
    if (quote < 0) {
      return quoted;
    }
    boolean mayOpen = !quoted && (quote == from || bytes[quote - 1] == separator);
    for (int i = quote; i < to; i++) {
      if (bytes[i] != '"') {
        mayOpen = !quoted && bytes[i] == separator;
      } else if (quoted) {
        quoted = false;
        mayOpen = true;
      } else if (mayOpen) {
        quoted = true;
      }
    }
    return quoted;
  }
}
