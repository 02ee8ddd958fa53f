/** The stages from reading to write-back, which overlap, and how they hand over, fail and stop. */
package dev.farsight.engine.pipeline;
