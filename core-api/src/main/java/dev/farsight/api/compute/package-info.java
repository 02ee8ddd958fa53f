/** Compute backends: the memory of slots and rings, and the steps that run on it. */
package dev.farsight.api.compute;
