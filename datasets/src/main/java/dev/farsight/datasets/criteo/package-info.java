/** Criteo's click logs: the {@code criteo} source, and a writer of the same format. */
package dev.farsight.datasets.criteo;
