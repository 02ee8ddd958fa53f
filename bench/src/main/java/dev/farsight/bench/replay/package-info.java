/**
 * Replays traces through cache policies with the engine's own planner, and compares them with what
 * a policy that knows the future would do.
 */
package dev.farsight.bench.replay;
