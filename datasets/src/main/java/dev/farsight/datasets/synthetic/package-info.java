/**
 * The {@code synthetic} source: power-law row indices and labels drawn from a planted model, every
 * sample a pure function of (seed, sample number).
 */
package dev.farsight.datasets.synthetic;
