package dev.farsight.engine.cache;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.TableSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How many slots hold every batch that there can be: as many as a batch can have unique rows.
 * Immutable.
 *
 * <p>With several shared regions, a hash may give one of them more than its share of a batch. 8
 * standard deviations are allowed for.
 */
public final class CacheNeed {

  private static final String SIZE = "cache.size";

  private final TableSet tables;

  /** By table. */
  private final long[] uniqueRows;

  public CacheNeed(BatchSchema schema, int batchSize) {
    tables = schema.tables();
    uniqueRows =
        IntStream.range(0, tables.size())
            .mapToLong(t -> Math.min(tables.get(t).rows(), schema.maxTableLookups(t, batchSize)))
            .toArray();
  }

  /** Most unique rows that a batch can have. */
  public long uniqueRows() {
    return uniqueRowsWithout(Map.of());
  }

  /** Most unique rows of a table that a batch can have. */
  public long uniqueRows(int table) {
    return uniqueRows[table];
  }

  private long uniqueRowsWithout(Map<String, Long> ownSlots) {
    return IntStream.range(0, tables.size())
        .filter(t -> !ownSlots.containsKey(tables.get(t).name()))
        .mapToLong(t -> uniqueRows[t])
        .sum();
  }

  /**
   * The slots that tables without slots of their own need together.
   *
   * @param ownSlots slots of the other tables, by name
   * @param shares number of regions that share the slots
   */
  public long shared(Map<String, Long> ownSlots, int shares) {
    return shares * mostInShare(uniqueRowsWithout(ownSlots), shares);
  }

  /** Most rows of a request of so many that fall to one of several hash shares. */
  public static long mostInShare(long rows, int shares) {
    if (shares == 1) {
      return rows;
    }
    double share = (double) rows / shares;
    return Math.min(rows, (long) Math.ceil(share + 8 * Math.sqrt(share) + 64));
  }

  /**
   * The settings to change so that every batch fits, by key: the least values that do. Empty if
   * every batch fits.
   *
   * @param ownSlots slots of the tables that have slots of their own, by name
   * @param shared slots of the other tables
   * @param shares number of regions that share them
   */
  public Map<String, String> remedy(Map<String, Long> ownSlots, long shared, int shares) {
    Map<String, String> remedy = new LinkedHashMap<>();
    long own = 0;
    for (var table : ownSlots.entrySet()) {
      long needed = Math.max(table.getValue(), uniqueRows[tables.find(table.getKey())]);
      if (needed > table.getValue()) {
        remedy.put("cache.tables." + table.getKey() + ".size", rows(needed));
      }
      own += needed;
    }
    boolean othersFit = ownSlots.size() == tables.size() || shared >= shared(ownSlots, shares);
    if (othersFit && remedy.isEmpty()) {
      return remedy;
    }
    long others = Math.max(shared, shared(ownSlots, shares));
    if (own + others > tables.rows()) {
      if (ownSlots.isEmpty()) {
        return Map.of(SIZE, "\"all\"");
      }
      // No more slots than rows can be set, so the hash must not divide them unevenly.
      others = uniqueRowsWithout(ownSlots);
      remedy.put("cache.regions", "1");
    }
    remedy.put(SIZE, rows(own + others));
    return remedy;
  }

  private static String rows(long rows) {
    return "\"" + rows + (rows == 1 ? " row\"" : " rows\"");
  }
}
