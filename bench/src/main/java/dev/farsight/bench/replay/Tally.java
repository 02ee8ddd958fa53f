package dev.farsight.bench.replay;

import java.util.Arrays;

/** What a cache did for training, added up by table. Lookups, or unique rows of batches. */
public final class Tally {

  final long[] lookups;
  final long[] hits;
  final long[] uniqueRows;
  final long[] uniqueHits;

  /** Rows that came in for the first time: no cache avoids these. */
  final long[] compulsory;

  /** Rows that came in again and do so with the clairvoyant too: more slots would help. */
  final long[] capacity;

  /** Rows that came in again, for which the clairvoyant would have kept a slot. */
  final long[] policy;

  Tally(int tables) {
    lookups = new long[tables];
    hits = new long[tables];
    uniqueRows = new long[tables];
    uniqueHits = new long[tables];
    compulsory = new long[tables];
    capacity = new long[tables];
    policy = new long[tables];
  }

  /** One table's figures, or all tables' together. */
  public record Figures(
      long lookups,
      long hits,
      long uniqueRows,
      long uniqueHits,
      long compulsory,
      long capacity,
      long policy) {

    /** Share of lookups whose row was resident when their batch was planned. */
    public double hitRatio() {
      return lookups == 0 ? 0 : (double) hits / lookups;
    }

    public double uniqueHitRatio() {
      return uniqueRows == 0 ? 0 : (double) uniqueHits / uniqueRows;
    }

    /** Rows that came in, from the store or forwarded. */
    public long missed() {
      return uniqueRows - uniqueHits;
    }
  }

  public Figures of(int table) {
    return new Figures(
        lookups[table],
        hits[table],
        uniqueRows[table],
        uniqueHits[table],
        compulsory[table],
        capacity[table],
        policy[table]);
  }

  public Figures all() {
    return new Figures(
        sum(lookups),
        sum(hits),
        sum(uniqueRows),
        sum(uniqueHits),
        sum(compulsory),
        sum(capacity),
        sum(policy));
  }

  private static long sum(long[] counts) {
    return Arrays.stream(counts).sum();
  }
}
