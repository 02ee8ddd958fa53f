/**
 * A model of training on many hosts, from what was measured on one: {@link
 * dev.farsight.bench.scaling.ManyHosts} prints its table. docs/scaling.md names what it assumes.
 */
package dev.farsight.bench.scaling;
