/**
 * What the engine puts around data sources: checks of what they deliver, room for lookups, and the
 * order of samples.
 */
package dev.farsight.engine.data;
