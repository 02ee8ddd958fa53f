package dev.farsight.reading.pieces;

/**
 * How often a value, or a row, of a table was looked up in some rows of the data.
 *
 * @param table number of the table
 * @param mixed the value, or the row's index, in a form in which vocabularies are sorted: as
 *     unsigned numbers
 */
public record ValueCount(int table, long mixed, long count) {}
