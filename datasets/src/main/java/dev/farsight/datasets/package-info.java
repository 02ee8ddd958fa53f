/**
 * Data sources: readers of click logs and a synthetic source whose best possible AUROC is known.
 */
package dev.farsight.datasets;
