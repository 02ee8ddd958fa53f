package dev.farsight.api.data;

import dev.farsight.api.concurrent.Workers;

/**
 * Threads for the reader's loops over the values of a batch, such as copies and checks. One thread
 * goes through a few hundred thousand lookups in a millisecond. If a step of all devices has more,
 * a team shares them; otherwise the reader works alone, and leaves the cores to other stages.
 */
public final class ReadingTeam {

  /** So many lookups a step, of all devices, are worth a team. */
  private static final int MANY_LOOKUPS = 1 << 19;

  /** Threads for as many lookups as that; more for more. */
  private static final int FEW_THREADS = 4;

  /** So many threads read as fast as memory is. */
  private static final int MOST_THREADS = 8;

  private ReadingTeam() {}

  /**
   * A team that leaves its cores to others between two batches.
   *
   * @param role names its threads, see {@link Workers}
   */
  public static Workers of(String role, DataContext context, BatchSchema schema) {
    long lookups = schema.maxLookups(1) * (long) context.batchSize();
    return new Workers(role, threads(lookups, context.threads()), Workers.SHORT_SPIN_NANOS);
  }

  /**
   * Threads for a step's lookups.
   *
   * @param lookups of all devices
   * @param threads that the source may use
   */
  static int threads(long lookups, int threads) {
    if (lookups < MANY_LOOKUPS) {
      return 1;
    }
    int most = lookups < 4L * MANY_LOOKUPS ? FEW_THREADS : MOST_THREADS;
    return Math.max(1, Math.min(most, threads / 4));
  }
}
