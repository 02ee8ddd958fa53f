/**
 * Builds a run from settings and plugins: sizes, specifications and the memory forecast first, then
 * the parts in order, each owned by a scope that closes them in reverse.
 */
package dev.farsight.engine.build;
