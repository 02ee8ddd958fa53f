package dev.farsight.engine.metrics;

/**
 * The quality of a model's predictions.
 *
 * @param auroc area under the ROC curve; NaN if one class is missing
 * @param aurocCeiling area under the ROC curve of the true probabilities of the same samples; NaN
 *     if they are unknown
 * @param auprc area under the curve of precision over recall, as average precision; NaN without a
 *     positive sample
 * @param accuracy share of samples whose predicted probability is on the correct side of one half
 * @param logloss mean binary cross-entropy
 * @param normalisedEntropy logloss, divided by that of predicting the share of positive samples for
 *     each; NaN if one class is missing
 * @param calibration mean of the predicted probabilities, divided by the share of positive samples;
 *     NaN without a positive sample
 * @param gauc mean of the areas under the ROC curves of groups of samples, each weighted by its
 *     samples; NaN if there are no groups, or none with both classes
 */
public record Quality(
    double auroc,
    double aurocCeiling,
    double auprc,
    double accuracy,
    double logloss,
    double normalisedEntropy,
    double calibration,
    double gauc) {}
