package dev.farsight.engine.event;

/**
 * An epoch begins, or goes on after the run was resumed within it.
 *
 * @param epoch the epoch, from 1
 * @param epochs epochs of the whole run
 * @param step steps trained before
 * @param samples samples of the epoch that were trained before; 0 unless the run was resumed
 */
public record EpochBegun(int epoch, int epochs, long step, long samples) {}
