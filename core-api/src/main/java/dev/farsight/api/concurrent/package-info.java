/** Parallel loops inside a batch. */
package dev.farsight.api.concurrent;
