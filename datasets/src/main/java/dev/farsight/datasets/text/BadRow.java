package dev.farsight.datasets.text;

/**
 * A row is malformed; the message says what, not where. Thrown and caught within the reader, so it
 * carries no stack trace.
 */
final class BadRow extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BadRow(String complaint) {
    super(complaint, null, false, false);
  }
}
