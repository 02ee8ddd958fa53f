/**
 * What a batch needs to know before it is planned: its unique rows, the order of its lookups, and
 * when rows are used next in the look-ahead.
 */
package dev.farsight.engine.plan;
