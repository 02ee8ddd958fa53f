package dev.farsight.engine.event;

/**
 * Training ends early: as many evaluations in a row as {@code train.early-stopping.patience} says
 * were no improvement.
 *
 * @param step steps trained so far
 * @param metric the metric that has not improved, as in the configuration
 * @param bestStep steps trained before the best evaluation
 * @param best the metric's value then
 * @param patience evaluations without improvement
 */
public record StoppedEarly(long step, String metric, long bestStep, double best, int patience) {}
