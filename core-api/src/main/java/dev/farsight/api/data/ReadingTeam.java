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

  /** So few threads read as fast as memory is. */
  private static final int MOST_THREADS = 4;

  private ReadingTeam() {}

  /**
   * A team that leaves its cores to others between two batches.
   *
   * @param role names its threads, see {@link Workers}
   */
  public static Workers of(String role, DataContext context, BatchSchema schema) {
    boolean many = schema.maxLookups(1) * (long) context.batchSize() >= MANY_LOOKUPS;
    int threads = many ? Math.max(1, Math.min(MOST_THREADS, context.threads() / 4)) : 1;
    return new Workers(role, threads, Workers.SHORT_SPIN_NANOS);
  }
}
