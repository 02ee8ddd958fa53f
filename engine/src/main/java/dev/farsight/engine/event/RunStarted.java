package dev.farsight.engine.event;

/**
 * Training or evaluation begins.
 *
 * @param step steps trained before; more than 0 if the run was resumed
 * @param steps steps of the whole run; 0 if unknown, or if the run only evaluates
 */
public record RunStarted(long step, long steps) {}
