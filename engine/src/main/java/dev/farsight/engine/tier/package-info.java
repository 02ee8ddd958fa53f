/**
 * Tiers: a cache of rows in memory above a slower store. It uses the same classes as the cache on
 * the device.
 */
package dev.farsight.engine.tier;
