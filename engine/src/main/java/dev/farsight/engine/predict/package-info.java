/**
 * Scores of samples from a saved model, without a run: {@link
 * dev.farsight.engine.predict.Predictor}.
 */
package dev.farsight.engine.predict;
