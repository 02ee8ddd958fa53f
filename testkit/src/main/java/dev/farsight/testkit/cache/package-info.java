/**
 * For authors of cache policies: a contract to extend ({@link
 * dev.farsight.testkit.cache.CachePolicyContract}), and the naive cache it drives policies with,
 * which also serves for simulations.
 */
package dev.farsight.testkit.cache;
