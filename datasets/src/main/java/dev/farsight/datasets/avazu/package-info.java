/** Avazu's click log: the {@code avazu} source. */
package dev.farsight.datasets.avazu;
