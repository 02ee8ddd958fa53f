/**
 * What is known of a batch before it is planned: its unique rows, the order of its lookups, and the
 * next uses of its rows in the look-ahead.
 */
package dev.farsight.engine.plan;
