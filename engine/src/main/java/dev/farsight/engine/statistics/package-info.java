/** How often rows occur in the training data, counted before training. */
package dev.farsight.engine.statistics;
