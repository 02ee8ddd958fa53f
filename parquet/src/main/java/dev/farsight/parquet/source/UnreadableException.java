package dev.farsight.parquet.source;

/** A file is not damaged, but has something that cannot be read. The message says what. */
final class UnreadableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnreadableException(String message) {
    super(message);
  }
}
