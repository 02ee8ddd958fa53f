package dev.farsight.engine.sharding;

/**
 * What a step asks of a table.
 *
 * @param table its name
 * @param rows all of them
 * @param rankRows unique rows that the samples of one rank look up
 * @param stepRows unique rows that the samples of all ranks look up
 * @param missedRows those of them that are not in the cache; 0 if every row is resident
 * @param rankBags bags that the samples of one rank have
 * @param rankLookups lookups of these bags
 */
public record TableLoad(
    String table,
    long rows,
    double rankRows,
    double stepRows,
    double missedRows,
    double rankBags,
    double rankLookups) {

  /** The same where every row is in the cache. */
  TableLoad withoutMisses() {
    return new TableLoad(table, rows, rankRows, stepRows, 0, rankBags, rankLookups);
  }

  /** A table of whose rows each is looked up once by a rank, in a bag of its own. */
  public TableLoad(String table, long rows, double rankRows, double stepRows, double missedRows) {
    this(table, rows, rankRows, stepRows, missedRows, rankRows, rankRows);
  }
}
