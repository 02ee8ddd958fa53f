package dev.farsight.engine.sharding;

/**
 * What a step asks of a table.
 *
 * @param table its name
 * @param rows all of them
 * @param rankRows unique rows that the samples of one rank look up
 * @param stepRows unique rows that the samples of all ranks look up
 * @param missedRows those of them that are not in the cache; 0 if every row is resident
 */
public record TableLoad(
    String table, long rows, double rankRows, double stepRows, double missedRows) {}
