/**
 * The Java API and the training loop: {@link dev.farsight.engine.Trainer} runs what a configuration
 * describes, with parts that plugins offer.
 */
package dev.farsight.engine;
