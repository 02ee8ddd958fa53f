/**
 * Tiers: a cache of rows in memory above a slower store, made of the same parts as the cache on the
 * device.
 */
package dev.farsight.engine.tier;
