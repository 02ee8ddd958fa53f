package dev.farsight.bench.replay;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;

/**
 * What a cache would miss that knew how popular each row is, in truth, and the batches of the
 * look-ahead. Rows that the look-ahead does not use leave first, the least popular before others;
 * then those whose use is farthest. Where lookups are independent draws, the past tells nothing
 * more about the future than their probabilities do: a policy that has to estimate these can expect
 * no better.
 *
 * <p>Follows a trace row by row without the engine's planner, in O(log64 distinct rows) a unique
 * row. Where the look-ahead uses more rows than there are slots, victims also cost a walk through
 * its last batches. Used once, by one thread; 14 bytes a distinct row.
 */
final class KnownPopularity {

  private static final int ABSENT = -1;

  private final Requests requests;
  private final NextUses nextUses;
  private final int slots;
  private final int lookAhead;

  /** Of each row: rows as popular or more before it. */
  private final int[] place;

  private final int[] rowAt;

  /** Places of resident rows that the look-ahead does not use. */
  private final BitTree unawaited;

  /** The batch that uses a resident row next. */
  private final int[] nextUse;

  /** The batch that last used a row. */
  private final int[] lastUse;

  private final BitSet resident;
  private int occupied;

  /**
   * @param popularity of each row, by its number in the requests; only the order matters
   * @param lookAhead batches known, with the one being planned
   */
  KnownPopularity(
      Requests requests, NextUses nextUses, double[] popularity, int slots, int lookAhead) {
    this.requests = requests;
    this.nextUses = nextUses;
    this.slots = slots;
    this.lookAhead = lookAhead;
    int rows = requests.distinct();
    rowAt = byPopularity(popularity);
    place = new int[rows];
    for (int at = 0; at < rows; at++) {
      place[rowAt[at]] = at;
    }
    unawaited = new BitTree(rows);
    nextUse = new int[rows];
    lastUse = new int[rows];
    Arrays.fill(lastUse, ABSENT);
    resident = new BitSet(rows);
  }

  private static int[] byPopularity(double[] popularity) {
    long[] keys = new long[popularity.length];
    // Probabilities are not negative, so their bits are in their order; the most popular come
    // first.
    Arrays.setAll(keys, row -> (long) ~Float.floatToIntBits((float) popularity[row]) << 32 | row);
    Arrays.sort(keys);
    int[] rows = new int[keys.length];
    Arrays.setAll(rows, at -> (int) keys[at]);
    return rows;
  }

  /** Unique rows of all batches that were not resident. */
  long missed() {
    long missed = 0;
    for (int batch = 0; batch < requests.batches(); batch++) {
      missed += plan(batch);
    }
    return missed;
  }

  private int plan(int batch) {
    int end = requests.start(batch + 1);
    look(batch + lookAhead - 1);
    int missed = 0;
    for (int at = requests.start(batch); at < end; at++) {
      int row = requests.row(at);
      lastUse[row] = batch;
      missed += resident.get(row) ? 0 : 1;
    }
    makeRoom(occupied + missed - slots, batch);
    occupied = Math.min(slots, occupied + missed);
    for (int at = requests.start(batch); at < end; at++) {
      int row = requests.row(at);
      resident.set(row);
      nextUse[row] = nextUses.at(at);
      if ((long) nextUse[row] - batch >= lookAhead) {
        unawaited.add(place[row]);
      }
    }
    return missed;
  }

  /** A batch comes into the look-ahead: its rows are awaited from now on. */
  private void look(long batch) {
    if (batch < requests.batches()) {
      for (int at = requests.start((int) batch); at < requests.start((int) batch + 1); at++) {
        unawaited.remove(place[requests.row(at)]);
      }
    }
  }

  private void makeRoom(int needed, int batch) {
    int more = needed;
    for (int at = unawaited.below(rowAt.length); at >= 0 && more > 0; at = unawaited.below(at)) {
      unawaited.remove(at);
      resident.clear(rowAt[at]);
      more--;
    }
    int last = (int) Math.min((long) batch + lookAhead, requests.batches()) - 1;
    for (int later = last; later > batch && more > 0; later--) {
      more -= evictThoseOf(later, more, batch);
    }
    if (more > 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "batch %d needs %d more slots than the %d there are",
              batch,
              more,
              slots));
    }
  }

  /** Evicts up to {@code most} rows that batch {@code later} is the next to use. */
  private int evictThoseOf(int later, int most, int batch) {
    int evicted = 0;
    for (int at = requests.start(later); at < requests.start(later + 1) && evicted < most; at++) {
      int row = requests.row(at);
      if (resident.get(row) && nextUse[row] == later && lastUse[row] != batch) {
        resident.clear(row);
        evicted++;
      }
    }
    return evicted;
  }
}
