package dev.farsight.engine.metrics;

/**
 * How well a model predicts.
 *
 * @param auroc area under the ROC curve; NaN where one class is missing
 * @param aurocCeiling that of the true probabilities on the same samples; NaN where they are
 *     unknown
 * @param accuracy share of samples on the right side of one half
 * @param logloss mean binary cross-entropy
 */
public record Quality(double auroc, double aurocCeiling, double accuracy, double logloss) {}
