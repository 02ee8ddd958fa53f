/**
 * Checkpoints: a run's whole state on disk, written beside training, from which it goes on as if it
 * had never stopped. {@code docs/checkpoints.md} describes the files and what they promise.
 */
package dev.farsight.engine.checkpoint;
