/** Samples in NumPy's files: those that were prepared, and those of other tools. */
package dev.farsight.datasets.npy;
