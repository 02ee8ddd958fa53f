package dev.farsight.engine.cache;

/**
 * A region has fewer slots than a request has rows for it. {@link PartialResidency} turns this into
 * a {@link CacheTooSmallException}.
 */
final class TooManyRows extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TooManyRows() {
    super(null, null, false, false);
  }
}
