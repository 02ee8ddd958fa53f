/**
 * The stages from reading to write-back: how they overlap, hand over, fail and stop. {@code Stage}
 * is one of them; {@code StageThreads} runs them.
 */
package dev.farsight.engine.pipeline;
