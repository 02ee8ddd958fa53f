package dev.farsight.engine.run;

import dev.farsight.engine.model.OptimizerUpdates;

/**
 * How far the model of a run has been trained, by this run.
 *
 * @param lossSha256 SHA-256 of the losses of these steps; null if some are lost
 * @param updates that the optimizer state has seen, those before the run included
 */
public record Trained(long steps, long samples, String lossSha256, OptimizerUpdates updates) {}
