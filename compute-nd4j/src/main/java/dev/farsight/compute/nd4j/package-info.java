/**
 * Compute on ND4J: the CPU backend on the OpenBLAS that ND4J brings, and a generic path on ND4J's
 * own operations. This package holds the plugin alone.
 */
package dev.farsight.compute.nd4j;
