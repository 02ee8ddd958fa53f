package dev.farsight.engine.metrics;

/**
 * The quality of a model's predictions.
 *
 * @param auroc area under the ROC curve; NaN if one class is missing
 * @param aurocCeiling area under the ROC curve of the true probabilities of the same samples; NaN
 *     if they are unknown
 * @param accuracy share of samples whose predicted probability is on the correct side of one half
 * @param logloss mean binary cross-entropy
 */
public record Quality(double auroc, double aurocCeiling, double accuracy, double logloss) {}
