package dev.farsight.reading.file;

import java.io.IOException;

/** Compressed data takes more memory to unpack than is allowed. */
final class MemoryBoundException extends IOException {

  private static final long serialVersionUID = 1L;

  MemoryBoundException(String message, Exception cause) {
    super(message, cause);
  }
}
