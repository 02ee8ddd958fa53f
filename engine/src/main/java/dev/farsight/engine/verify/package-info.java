/**
 * Proves that the cache changed nothing: repeats steps of a run from one of its checkpoints on with
 * another cache, and compares losses and rows with those that the run recorded.
 */
package dev.farsight.engine.verify;
