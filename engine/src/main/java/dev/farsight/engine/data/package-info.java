/** What the engine puts around data sources: room for lookups, and the order of samples. */
package dev.farsight.engine.data;
