package dev.farsight.engine.event;

/**
 * All rows were drawn anew, as {@code train.reset-rows} says.
 *
 * @param step steps trained so far
 * @param generation how often rows were drawn anew, this time included
 */
public record RowsReset(long step, int generation) {}
