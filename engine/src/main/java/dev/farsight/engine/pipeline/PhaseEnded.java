package dev.farsight.engine.pipeline;

/**
 * The phase cannot continue because another stage has ended. Ends a stage from inside its body;
 * never reaches the pipeline's caller.
 */
final class PhaseEnded extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PhaseEnded() {
    super(null, null, false, false);
  }
}
