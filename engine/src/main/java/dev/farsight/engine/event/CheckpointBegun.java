package dev.farsight.engine.event;

/**
 * A checkpoint is being taken: every row is in the store, and the one before is on disk. The rest
 * is written beside training.
 *
 * @param step steps trained so far
 */
public record CheckpointBegun(long step) {}
