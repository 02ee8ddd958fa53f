/** Traces: the row ids that a run looks up, recorded, and keys that others recorded. */
package dev.farsight.bench.trace;
