/**
 * The CPU backend. A step runs as two parallel loops on one pool: over tiles of samples (forward,
 * loss and the gradients of activations, the whole tape for one tile after the other) and over
 * tiles of parameters (gradients of weights, dense and row updates). Where several ranks share a
 * step, gradients and updates are two loops, between which gradients are summed over ranks.
 */
package dev.farsight.compute.nd4j.cpu;
