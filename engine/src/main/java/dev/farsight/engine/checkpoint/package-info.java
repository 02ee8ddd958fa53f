/**
 * Checkpoints: the complete state of a run on disk, written beside training. A resumed run computes
 * the same results as a run that was never stopped. {@code docs/checkpoints.md} describes the files
 * and the guarantees.
 */
package dev.farsight.engine.checkpoint;
