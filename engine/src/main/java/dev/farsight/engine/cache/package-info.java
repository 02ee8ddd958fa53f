/**
 * Which row is in which slot: turns requests for rows into plans of loads, forwards and evictions.
 * Knows no batch, no model and no row data.
 */
package dev.farsight.engine.cache;
