/** Metrics and report values: counters, quality of predictions, digests of losses and weights. */
package dev.farsight.engine.metrics;
