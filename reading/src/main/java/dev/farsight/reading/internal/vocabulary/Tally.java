package dev.farsight.reading.internal.vocabulary;

import dev.farsight.api.table.Table;
import java.util.TreeMap;

/** Which values are kept if there are more than rows: the most frequent ones. */
public final class Tally {

  private final int most;

  /** How many values have a count; a few thousand entries even of billions of rows. */
  private final TreeMap<Long, Long> valuesByCount = new TreeMap<>();

  /** Values of larger counts are all kept. */
  private long least;

  /** Of the values with the least count, so many are kept. */
  private long ties = Long.MAX_VALUE;

  private Tally(int most) {
    this.most = most;
  }

  /** A tally for a table, which has at most so many rows. */
  public static Tally of(Table table) {
    return new Tally(table.rows() - ValueCounts.OTHER_ROWS);
  }

  /** Whether the settings limit the rows of a table, so that counts have to be told first. */
  public static boolean limits(Table table) {
    return table.rows() < Integer.MAX_VALUE;
  }

  /** Most values that have a row of their own. */
  int most() {
    return most;
  }

  /** A value has this count. */
  void add(long count) {
    add(count, 1);
  }

  /** So many values have this count. */
  public void add(long count, long values) {
    valuesByCount.merge(count, values, Long::sum);
  }

  /** All counts are told. */
  public void end() {
    long room = most;
    for (var entry : valuesByCount.descendingMap().entrySet()) {
      if (entry.getValue() >= room) {
        least = entry.getKey();
        ties = room;
        return;
      }
      room -= entry.getValue();
    }
  }

  /** Values of smaller counts are not kept. */
  public long least() {
    return least;
  }

  /** Whether the next value in the order of the merge is kept. */
  boolean takes(long count) {
    return count > least || (count == least && ties-- > 0);
  }
}
