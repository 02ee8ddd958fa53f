package dev.farsight.testkit.cache;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Random batches for tests of policies: rows of skewed popularity that drifts slowly, spread over
 * the whole range of row ids. A function of the seed alone.
 */
public final class Workload {

  private final SplittableRandom random;
  private final int rows;
  private final long stride;
  private long drift;

  /**
   * @param rows how many distinct rows are popular at a time
   * @param stride distance of row ids; a large one makes huge ids
   */
  public Workload(long seed, int rows, long stride) {
    this.random = new SplittableRandom(seed);
    this.rows = rows;
    this.stride = stride;
  }

  /** Training batches of at most {@code maxUnique} unique rows each, of varying size. */
  public List<RowBatch> batches(int count, int maxUnique) {
    var list = new ArrayList<RowBatch>();
    for (int b = 0; b < count; b++) {
      list.add(batch(1 + random.nextInt(maxUnique), true));
    }
    return list;
  }

  /** As {@link #batches}, with every fourth for evaluation, in runs of random length. */
  public List<RowBatch> mixedBatches(int count, int maxUnique) {
    var list = new ArrayList<RowBatch>();
    boolean training = true;
    for (int b = 0; b < count; b++) {
      training = random.nextInt(4) == 0 ? random.nextInt(4) > 0 : training;
      list.add(batch(1 + random.nextInt(maxUnique), training));
    }
    return list;
  }

  /** One batch of exactly {@code unique} rows. */
  public RowBatch batch(int unique, boolean training) {
    Map<Long, Integer> lookups = new LinkedHashMap<>();
    drift += random.nextInt(8) == 0 ? 1 : 0;
    for (int tries = 0; lookups.size() < unique; tries++) {
      double u = random.nextDouble();
      // Cubing skews: half of the lookups go to an eighth of the rows. Widens when short of rows.
      long rank = (long) (u * u * u * (rows + (long) tries));
      lookups.merge((drift + rank) * stride, 1, Integer::sum);
    }
    long[] ids = lookups.keySet().stream().mapToLong(Long::longValue).toArray();
    return training
        ? RowBatch.training(ids, lookups.values().stream().mapToInt(Integer::intValue).toArray())
        : RowBatch.evaluation(ids);
  }
}
