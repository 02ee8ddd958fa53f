package dev.farsight.engine.event;

/**
 * Training or evaluation has failed, and throws the failure next.
 *
 * @param failure the first failure; later ones are suppressed by it
 */
public record RunFailed(Throwable failure) {}
