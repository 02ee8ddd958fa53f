package dev.farsight.reading.internal.vocabulary;

import dev.farsight.api.data.ValueObserver;
import dev.farsight.api.table.Table;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Counts the values of tables, and makes vocabularies of those that are frequent. Each thread
 * counts for itself; all together take no more than a budget of memory, and spill sorted runs into
 * a temporary file, 12 bytes a value, when that is used up. The result depends on nothing but the
 * values and how often each was met.
 *
 * <p>Threads count at the same time, each with its own {@link #values}; nothing else is safe for
 * concurrent use.
 */
public final class ValueCounts implements AutoCloseable {

  private static final long BUDGET = 64L << 20;

  /** Rows of a table beside those of the values: of missing ones, and of all others. */
  static final int OTHER_ROWS = 2;

  private final List<Table> tables;

  /** By feature: number of its table in {@link #tables}; -1 where values are not counted. */
  private final int[] tableOf;

  private final ThreadCounts[] threads;
  private final SpillFile spilled;

  /**
   * @param tables those whose values are counted; a vocabulary has at most as many rows
   * @param tableOf by feature: number of its table; -1 where values are not counted
   */
  public ValueCounts(List<Table> tables, int[] tableOf, int threads) {
    this(tables, tableOf, threads, Math.min(BUDGET, Runtime.getRuntime().maxMemory() / 8));
  }

  /**
   * @param budget bytes of heap that counts take
   */
  ValueCounts(List<Table> tables, int[] tableOf, int threads, long budget) {
    this.tables = List.copyOf(tables);
    this.tableOf = tableOf.clone();
    this.spilled = new SpillFile(tables.size());
    this.threads =
        Stream.generate(() -> new ThreadCounts(budget / threads))
            .limit(threads)
            .toArray(ThreadCounts[]::new);
  }

  /** Where a thread tells values, by feature. */
  public ValueObserver.Values values(int thread) {
    return threads[thread];
  }

  /**
   * The values met often enough, by table in the order of the tables. Called once, when all are
   * counted.
   *
   * @param enough by table: the least count of a value
   */
  public List<Vocabulary> frequent(int[] enough) {
    for (ThreadCounts thread : threads) {
      thread.spill();
    }
    var vocabularies = new Vocabulary[tables.size()];
    Arrays.setAll(vocabularies, table -> frequent(table, enough[table]));
    return List.of(vocabularies);
  }

  private Vocabulary frequent(int table, int enough) {
    var tally = Tally.of(tables.get(table));
    if (Tally.limits(tables.get(table))) {
      RunMerge.run(
          spilled,
          table,
          (mixed, count) -> {
            if (count >= enough) {
              tally.add(count);
            }
          });
      tally.end();
    }
    try (var chosen = new FrequentValues(tables.get(table), tally)) {
      RunMerge.run(
          spilled,
          table,
          (mixed, count) -> {
            if (count >= enough) {
              chosen.offer(mixed, count);
            }
          });
      return chosen.end();
    }
  }

  @Override
  public void close() {
    spilled.close();
  }

  /** What one thread counts. */
  private final class ThreadCounts implements ValueObserver.Values {

    private final long budget;
    private final MixedCounts[] counts = new MixedCounts[tables.size()];
    private long bytes;

    ThreadCounts(long budget) {
      this.budget = budget;
      clear();
    }

    private void clear() {
      Arrays.setAll(counts, table -> new MixedCounts());
      bytes = Arrays.stream(counts).mapToLong(MixedCounts::bytes).sum();
    }

    @Override
    public void dense(int column, double value) {
      // Only categories are counted.
    }

    @Override
    public void categorical(int feature, long value) {
      int table = tableOf[feature];
      if (table >= 0) {
        long mixed = Mix.mixed(value);
        while (!counts[table].add(mixed)) {
          makeRoom(counts[table]);
        }
      }
    }

    @Override
    public void missing(int feature) {
      // A missing value has a row of its own.
    }

    /** What grows is there twice for a while, the new one of double size. */
    private void makeRoom(MixedCounts full) {
      if (!full.growable() || bytes + 2 * full.bytes() > budget) {
        spill();
      } else {
        bytes -= full.bytes();
        full.grow();
        bytes += full.bytes();
      }
    }

    void spill() {
      synchronized (spilled) {
        for (int table = 0; table < counts.length; table++) {
          spilled.add(table, counts[table]);
        }
      }
      clear();
    }
  }
}
