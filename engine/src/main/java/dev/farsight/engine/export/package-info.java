/** Exports trained weights of models and checkpoints for other programs. */
package dev.farsight.engine.export;
