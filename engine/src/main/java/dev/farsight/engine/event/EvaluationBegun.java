package dev.farsight.engine.event;

/**
 * The evaluation of a model on the held-out part of the data begins.
 *
 * @param step steps that the model was trained
 */
public record EvaluationBegun(long step) {}
