package dev.farsight.engine.event;

/**
 * The run has gone back to the model of its best evaluation, as {@code
 * train.early-stopping.restore-best} says.
 *
 * @param step steps trained before that evaluation
 */
public record BestRestored(long step) {}
