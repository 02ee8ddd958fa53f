/** Parallel loops inside a batch, and tickets for work that was handed over. */
package dev.farsight.api.concurrent;
