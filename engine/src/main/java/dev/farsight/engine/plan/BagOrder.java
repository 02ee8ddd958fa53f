package dev.farsight.engine.plan;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.BagExchange;
import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * Writes the lookups of all ranks that fall on rows of one rank, where ranks exchange sums of bags:
 * in the order of their bags, and by row. A rank has many rows added up elsewhere; what it says of
 * a lookup is the row's arrival position, which the owner knows as one of its rows. So the lists
 * are what ranks would send each other. O(lookups of all ranks) a batch; tables run in parallel.
 * Allocates nothing after construction. One thread at a time.
 */
public final class BagOrder {

  private final ExchangeShape shape;
  private final int rank;
  private final Workers workers;

  /** Features that this rank adds up rows of. */
  private final int[] features;

  /** The tables of these features, and of each the positions in {@link #features}. */
  private final int[][] tables;

  /** Whether this rank has all rows of a feature, by position. */
  private final boolean[] whole;

  /** By rank and position of a feature: first the number of lookups, then where they begin. */
  private final int[][] lookupStarts;

  /** By owned row: where its next lookup goes. */
  private final int[] next;

  // State of the current batch. The tasks below are created once, so a batch allocates nothing.
  private Batch[] batches;
  private UniqueRows[] unique;
  private OwnedRows[] owned;
  private BagExchange target;
  private final Workers.Task count = (task, worker) -> count(task);
  private final Workers.Task write = (task, worker) -> write(task);

  /**
   * @param rank whose rows are added up
   */
  public BagOrder(BatchSchema schema, ExchangeShape shape, int rank, Workers workers) {
    this.shape = shape;
    this.rank = rank;
    this.workers = workers;
    features = shape.sums().featuresOn(rank);
    tables =
        Arrays.stream(features)
            .map(f -> schema.features().get(f).table())
            .distinct()
            .mapToObj(t -> positionsOf(schema, t))
            .toArray(int[][]::new);
    whole = new boolean[features.length];
    for (int i = 0; i < features.length; i++) {
      whole[i] = shape.sums().owners().get(features[i]) == rank;
    }
    lookupStarts = new int[shape.ranks()][features.length];
    next = new int[shape.maxOwnedRows()];
  }

  private int[] positionsOf(BatchSchema schema, int table) {
    var positions = new int[features.length];
    int count = 0;
    for (int i = 0; i < features.length; i++) {
      if (schema.features().get(features[i]).table() == table) {
        positions[count++] = i;
      }
    }
    return Arrays.copyOf(positions, count);
  }

  /**
   * Fills the lists that {@link BagExchange} names last.
   *
   * @param batches the samples of each rank
   * @param unique the unique rows of each rank's samples, found by the host
   * @param owned what each rank does with them
   */
  public void write(Batch[] batches, UniqueRows[] unique, OwnedRows[] owned, RowExchange exchange) {
    this.batches = batches;
    this.unique = unique;
    this.owned = owned;
    target = exchange.bags();
    workers.run(shape.ranks() * features.length, count);
    int lookups = 0;
    for (int[] ofRank : lookupStarts) {
      for (int i = 0; i < ofRank.length; i++) {
        int count = ofRank[i];
        ofRank[i] = lookups;
        lookups = Math.addExact(lookups, count);
      }
    }
    requireRoom(lookups);
    startRows(lookups);
    int bags = features.length * owned[rank].sampleStarts()[shape.ranks()];
    target.bagStarts().put(bags, lookups);
    workers.run(tables.length, write);
  }

  private void requireRoom(int lookups) {
    if (lookups > shape.sums().maxLookups()) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "the ranks look up rows of rank %d %d times in one batch, of tables that exchange sums; there is room for %d: a few rows have most lookups; set farsight.sharding.exchange = rows, or put the tables on one device each",
              rank,
              lookups,
              shape.sums().maxLookups()));
    }
  }

  /** Sets where the lookups of each row begin. Rows whose gradients arrive have none. */
  private void startRows(int lookups) {
    OwnedRows own = owned[rank];
    int[] occurrences = own.request().occurrences();
    int[] gradients = own.gradientStarts();
    int rows = own.request().count();
    int start = 0;
    for (int o = 0; o < rows; o++) {
      next[o] = start;
      start += gradients[o] == gradients[o + 1] ? occurrences[o] : 0;
    }
    if (start != lookups) {
      throw new IllegalStateException(lookups + " lookups of rows that are looked up " + start);
    }
    target.ownedStarts().put(0, next, 0, rows);
    target.ownedStarts().put(rows, start);
  }

  private void count(int task) {
    int p = task / features.length;
    int i = task % features.length;
    Batch batch = batches[p];
    int f = features[i];
    int lookups = batch.lookups(f);
    if (whole[i]) {
      lookupStarts[p][i] = lookups;
      return;
    }
    int[] uniqueOf = unique[p].uniqueOf(f);
    int[] arrivals = owned[p].arrivals();
    int from = owned[p].sumAskedStarts()[rank];
    int end = owned[p].sumAskedStarts()[rank + 1];
    int count = 0;
    for (int l = 0; l < lookups; l++) {
      int arrival = arrivals[uniqueOf[l]];
      count += arrival >= from && arrival < end ? 1 : 0;
    }
    lookupStarts[p][i] = count;
  }

  /** Writes the lookups of a table. */
  private void write(int table) {
    for (int p = 0; p < shape.ranks(); p++) {
      for (int i : tables[table]) {
        write(p, i);
      }
    }
  }

  private void write(int p, int i) {
    Batch batch = batches[p];
    int f = features[i];
    int samples = batch.samples();
    int[] offsets = batch.offsets(f);
    int[] uniqueOf = unique[p].uniqueOf(f);
    int[] arrivals = owned[p].arrivals();
    int[] rows = owned[rank].sumRows();
    int from = owned[p].sumAskedStarts()[rank];
    int end = owned[p].sumAskedStarts()[rank + 1];
    int behind = owned[rank].sumRowStarts()[p] - from;
    FloatBuffer weights = target.lookupWeights();
    FloatBuffer ofBatch = batch.lookupWeights(f);
    int bag = features.length * owned[rank].sampleStarts()[p] + i * samples;
    int k = lookupStarts[p][i];
    for (int s = 0; s < samples; s++, bag++) {
      target.bagStarts().put(bag, k);
      int to = offsets == null ? s + 1 : offsets[s + 1];
      for (int l = offsets == null ? s : offsets[s]; l < to; l++) {
        int arrival = arrivals[uniqueOf[l]];
        if (arrival >= from && arrival < end) {
          int row = rows[behind + arrival];
          target.lookupRows().put(k, row);
          target.lookupBags().put(k, bag);
          target.ownedLookups().put(next[row]++, k);
          if (weights != null) {
            weights.put(k, ofBatch == null ? 1 : ofBatch.get(l));
          }
          k++;
        }
      }
    }
  }

  /** Bytes on the heap. */
  public static long heapBytes(ExchangeShape shape) {
    return shape.sums().any() ? (long) shape.maxOwnedRows() * Integer.BYTES : 0;
  }
}
