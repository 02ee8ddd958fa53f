/** Writes samples of any source as prepared data, which the source {@code npy} reads. */
package dev.farsight.datasets.prepare;
