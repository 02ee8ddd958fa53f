package dev.farsight.engine.event;

/**
 * The part of an epoch that is trained has ended.
 *
 * @param epoch the epoch, from 1
 * @param epochs epochs of the whole run
 * @param step steps trained so far
 * @param complete whether the epoch was trained to its last sample; false if the run ends before,
 *     by {@code train.max-steps}, early stopping or a stop
 */
public record EpochEnded(int epoch, int epochs, long step, boolean complete) {}
