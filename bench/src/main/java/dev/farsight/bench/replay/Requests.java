package dev.farsight.bench.replay;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.RowGroups;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.bench.IntList;
import dev.farsight.bench.trace.Trace;
import dev.farsight.bench.trace.TracePass;
import dev.farsight.bench.trace.TracePhase;
import dev.farsight.engine.cache.RowMap;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.plan.Deduper;
import dev.farsight.engine.plan.UniqueRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a trace asks the cache for, batch by batch, deduplicated once by the engine's own deduper
 * and replayed any number of times: the unique rows of each batch and how many lookups each has, by
 * all features that share its table.
 *
 * <p>Rows are numbered in the order of their first use, so that a row is new to a batch exactly if
 * its number is not below the {@linkplain #distinctBefore distinct rows before} it. Memory: 8 bytes
 * a unique row of a batch, 50 to 80 a distinct row; both are limited to 2^31, a sample helps.
 * Immutable once made.
 */
public final class Requests {

  private final TableSet tables;
  private final int batchSize;
  private final Sample sample;
  private final int[] rows;
  private final int[] occurrences;
  private final int[] starts;
  private final int[] distinctBefore;
  private final List<Phase> phases;
  private final RowMap numbers;
  private final long[] ids;
  private final int[] tableOf;
  private final int[] distinctOf;
  private final long[] lookupsOf;
  private final long[] uniqueRowsOf;
  private final int maxUniqueRows;
  private final long possibleUniqueRows;

  /** A phase of the trace and its batches, from {@code first} to before {@code end}. */
  record Phase(TracePhase phase, int first, int end) {}

  private Requests(Builder from) {
    tables = from.tables;
    batchSize = from.batchSize;
    sample = from.sample;
    rows = from.rows.toArray();
    occurrences = from.occurrences.toArray();
    starts = from.starts.toArray();
    distinctBefore = from.distinctBefore.toArray();
    phases = List.copyOf(from.phases);
    numbers = from.numbers;
    ids = Arrays.copyOf(from.ids, from.distinct);
    tableOf = new int[ids.length];
    Arrays.setAll(tableOf, row -> tables.tableOf(ids[row]));
    distinctOf = new int[tables.size()];
    Arrays.stream(tableOf).forEach(table -> distinctOf[table]++);
    lookupsOf = from.lookupsOf;
    uniqueRowsOf = from.uniqueRowsOf;
    maxUniqueRows = from.maxUniqueRows;
    // Batches larger than the run's may have more lookups than the run had room for.
    possibleUniqueRows = Math.max(maxUniqueRows, from.possibleUniqueRows);
  }

  /** The same requests, of tables that have no other rows than those of the sample. */
  private Requests(Requests from) {
    tables =
        new TableSet(
            IntStream.range(0, from.tables.size())
                .mapToObj(
                    t -> new Table(from.tables.get(t).name(), Math.max(1, from.distinctOf[t])))
                .toList());
    batchSize = from.batchSize;
    sample = from.sample;
    rows = from.rows;
    occurrences = from.occurrences;
    starts = from.starts;
    distinctBefore = from.distinctBefore;
    phases = from.phases;
    tableOf = from.tableOf;
    ids = new long[from.ids.length];
    numbers = new RowMap(ids.length);
    int[] next = new int[tables.size()];
    for (int row = 0; row < ids.length; row++) {
      ids[row] = tables.rowId(tableOf[row], next[tableOf[row]]++);
      numbers.put(ids[row], row);
    }
    distinctOf = from.distinctOf;
    lookupsOf = from.lookupsOf;
    uniqueRowsOf = from.uniqueRowsOf;
    maxUniqueRows = from.maxUniqueRows;
    possibleUniqueRows = from.possibleUniqueRows;
  }

  /**
   * The same requests with rows numbered anew, so that indexes of a replay have an entry for each
   * row of the sample, and not of the tables. Policies that choose some rows by a hash of their
   * ids, as {@code lfu} does to find its half-life, then choose others; nothing else differs.
   */
  public Requests compact() {
    return new Requests(this);
  }

  /**
   * Reads a trace.
   *
   * @param batchSize samples a batch
   * @param sample the rows that take part
   */
  public static Requests of(Trace trace, int batchSize, Sample sample) {
    Batch batch = trace.newBatch(batchSize);
    try (var collector = new Collector(trace.schema(), batch.schema(), batchSize, sample);
        TracePass pass = trace.open(batchSize)) {
      while (pass.next(batch)) {
        collector.add(batch, pass.phase());
      }
      return collector
          .finish()
          .orElseThrow(() -> new FarsightException(trace.name() + ": has no batch of training"));
    }
  }

  /** Makes requests of batches, one after another. Used by one thread. */
  public static final class Collector implements AutoCloseable {

    private final Workers workers = new Workers("dedupe", 1);
    private final Deduper deduper;
    private final UniqueRows unique;
    private final Builder builder;

    /**
     * @param schema of the run, whose rings have room for the lookups that it allows
     * @param batches that of the batches, which may have room for fewer
     * @param batchSize samples of the largest batch
     * @param sample the rows that take part
     */
    public Collector(BatchSchema schema, BatchSchema batches, int batchSize, Sample sample) {
      deduper = new Deduper(batches, batchSize, workers);
      unique = deduper.newRows();
      builder = new Builder(schema, batchSize, sample);
    }

    public void add(Batch batch, TracePhase phase) {
      deduper.find(batch, phase.use(), phase.updates(), unique);
      builder.add(unique.request(), phase);
    }

    /** The requests; empty if there was no batch of training. No batch may be added any more. */
    public Optional<Requests> finish() {
      builder.endPhase();
      return builder.phases.stream().anyMatch(phase -> phase.phase().training())
          ? Optional.of(new Requests(builder))
          : Optional.empty();
    }

    @Override
    public void close() {
      workers.close();
    }
  }

  public TableSet tables() {
    return tables;
  }

  public int batchSize() {
    return batchSize;
  }

  public Sample sample() {
    return sample;
  }

  public int batches() {
    return starts.length - 1;
  }

  List<Phase> phases() {
    return phases;
  }

  /** Distinct rows of the sample. */
  public int distinct() {
    return ids.length;
  }

  /** Distinct rows of a table in the sample. */
  public int distinctOf(int table) {
    return distinctOf[table];
  }

  /** Most unique rows that a batch of the sample has. */
  public int maxUniqueRows() {
    return maxUniqueRows;
  }

  /**
   * Fewest slots with which every batch of the sample fits, if so many regions share them evenly.
   * Costs a pass over the unique rows of all batches, unless there is one region.
   */
  long leastSlots(int regions) {
    if (regions == 1) {
      return maxUniqueRows;
    }
    var groups = RowGroups.shared(tables, regions);
    long[] load = new long[regions];
    for (int batch = 0; batch < batches(); batch++) {
      long[] own = new long[regions];
      for (int at = starts[batch]; at < starts[batch + 1]; at++) {
        int region = groups.of(ids[rows[at]]);
        load[region] = Math.max(load[region], ++own[region]);
      }
    }
    long most = Arrays.stream(load).max().orElse(0);
    // Slots that do not divide evenly go to the first regions, one each.
    int last = regions - 1;
    while (load[last] < most) {
      last--;
    }
    return regions * (most - 1) + last + 1;
  }

  /**
   * Most unique rows that a batch of the run could have had; of all rows, sampled or not. The sizes
   * of the run's rings follow from it.
   */
  long possibleUniqueRows() {
    return possibleUniqueRows;
  }

  /** Lookups of training in a table; of all its rows, sampled or not. */
  long lookupsOf(int table) {
    return lookupsOf[table];
  }

  /** The sum of unique rows of all batches of training; of all rows, sampled or not. */
  long uniqueRowsOf(int table) {
    return uniqueRowsOf[table];
  }

  /** Where a batch begins among all {@linkplain #row unique rows}. */
  int start(int batch) {
    return starts[batch];
  }

  /** Unique rows of all batches together. */
  int entries() {
    return rows.length;
  }

  /** Number of the row at a position among the unique rows of all batches. */
  int row(int position) {
    return rows[position];
  }

  int occurrences(int position) {
    return occurrences[position];
  }

  /** The row's index in all tables together. */
  long id(int row) {
    return ids[row];
  }

  int tableOfRow(int row) {
    return tableOf[row];
  }

  /** Distinct rows that occur before a batch. */
  int distinctBefore(int batch) {
    return distinctBefore[batch];
  }

  /** Fills in the request of a batch, as the engine's deduper made it. */
  void fill(int batch, RowRequest request) {
    for (int at = starts[batch]; at < starts[batch + 1]; at++) {
      request.add(ids[rows[at]], occurrences[at]);
    }
  }

  /**
   * Lookups of each row in the first epoch's training.
   *
   * @param every counts one batch in so many
   */
  RowFrequencies frequencies(int every) {
    long[] counts = new long[ids.length];
    long counted = 0;
    for (Phase phase : phases) {
      if (phase.phase().training() && phase.phase().epoch() == 0) {
        for (int batch = phase.first(); batch < phase.end(); batch++) {
          if (counted++ % every == 0) {
            for (int at = starts[batch]; at < starts[batch + 1]; at++) {
              counts[rows[at]] += (long) occurrences[at] * every;
            }
          }
        }
      }
    }
    return row -> {
      int number = numbers.get(row);
      return number == RowMap.ABSENT ? 0 : counts[number];
    };
  }

  private static final class Builder {

    private final TableSet tables;
    private final int batchSize;
    private final Sample sample;
    private final IntList rows = new IntList();
    private final IntList occurrences = new IntList();
    private final IntList starts = new IntList();
    private final IntList distinctBefore = new IntList();
    private final List<Phase> phases = new ArrayList<>();
    private final RowMap numbers = new RowMap(1 << 16);
    private final long possibleUniqueRows;
    private final long[] lookupsOf;
    private final long[] uniqueRowsOf;
    private long[] ids = new long[1024];
    private int distinct;
    private int maxUniqueRows;
    private TracePhase phase;
    private int phaseFirst;

    Builder(BatchSchema schema, int batchSize, Sample sample) {
      tables = schema.tables();
      possibleUniqueRows = schema.maxUniqueRows(batchSize);
      this.batchSize = batchSize;
      this.sample = sample;
      lookupsOf = new long[tables.size()];
      uniqueRowsOf = new long[tables.size()];
      starts.add(0);
    }

    void add(RowRequest request, TracePhase phase) {
      if (!phase.equals(this.phase)) {
        endPhase();
        this.phase = phase;
      }
      distinctBefore.add(distinct);
      int table = 0;
      for (int u = 0; u < request.count(); u++) {
        long id = request.rows()[u];
        while (id >= tables.offset(table + 1)) {
          table++;
        }
        if (phase.training()) {
          lookupsOf[table] += request.occurrences()[u];
          uniqueRowsOf[table]++;
        }
        if (sample.takes(id)) {
          rows.add(number(id));
          occurrences.add(request.occurrences()[u]);
        }
      }
      maxUniqueRows = Math.max(maxUniqueRows, rows.size() - starts.get(starts.size() - 1));
      starts.add(rows.size());
    }

    private int number(long id) {
      int number = numbers.get(id);
      if (number == RowMap.ABSENT) {
        if (distinct == RowMap.MOST) {
          throw new FarsightException("more than 2^28 distinct rows; take a sample of the trace");
        }
        number = distinct++;
        numbers.put(id, number);
        if (number == ids.length) {
          ids = Arrays.copyOf(ids, 2 * number);
        }
        ids[number] = id;
      }
      return number;
    }

    private void endPhase() {
      int end = starts.size() - 1;
      if (phase != null) {
        phases.add(new Phase(phase, phaseFirst, end));
      }
      phaseFirst = end;
    }
  }
}
