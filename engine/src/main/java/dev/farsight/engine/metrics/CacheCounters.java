package dev.farsight.engine.metrics;

import dev.farsight.api.data.Batch;
import dev.farsight.engine.cache.CachePlan;
import java.util.Arrays;
import java.util.List;

/**
 * Counters of the cache, summed over plans. A lookup is a <em>hit</em> if its row was resident when
 * the batch was planned. Not thread-safe.
 */
public final class CacheCounters {

  private long lookups;
  private long hits;
  private long uniqueRows;
  private long uniqueHits;
  private long loaded;
  private long forwarded;
  private long evicted;
  private long writtenBack;
  private long shrunk;

  /** Counters that continue from saved {@link #values}. */
  public static CacheCounters of(List<Long> values) {
    var counters = new CacheCounters();
    if (values.size() != counters.values().size()) {
      throw new IllegalArgumentException(values.size() + " counters of the cache");
    }
    counters.lookups = values.get(0);
    counters.hits = values.get(1);
    counters.uniqueRows = values.get(2);
    counters.uniqueHits = values.get(3);
    counters.loaded = values.get(4);
    counters.forwarded = values.get(5);
    counters.evicted = values.get(6);
    counters.writtenBack = values.get(7);
    counters.shrunk = values.get(8);
    return counters;
  }

  /** The current values of all counters. */
  public List<Long> values() {
    return List.of(
        lookups, hits, uniqueRows, uniqueHits, loaded, forwarded, evicted, writtenBack, shrunk);
  }

  /** What several have counted together. */
  public static CacheCounters sum(List<CacheCounters> parts) {
    var sum = new long[new CacheCounters().values().size()];
    parts.forEach(part -> Arrays.setAll(sum, i -> sum[i] + part.values().get(i)));
    return of(Arrays.stream(sum).boxed().toList());
  }

  /** Adds the counts of a batch and its plan. */
  public void add(Batch batch, CachePlan plan) {
    add(batch.lookups(), plan);
  }

  /** Adds lookups of which another batch has the plan. */
  public void addLookups(long some) {
    lookups += some;
  }

  /** Adds the counts of a plan, whose rows were looked up so often. */
  public void add(long planLookups, CachePlan plan) {
    lookups += planLookups;
    hits += plan.hits();
    uniqueRows += plan.rows();
    uniqueHits += plan.uniqueHits();
    loaded += plan.moves().loads();
    forwarded += plan.moves().forwards();
    evicted += plan.evicted();
    writtenBack += plan.moves().evictions();
    shrunk += plan.shrunk() ? 1 : 0;
  }

  /** The counts since {@code earlier}, a copy of these counters. */
  public CacheCounters since(CacheCounters earlier) {
    var difference = copy();
    difference.lookups -= earlier.lookups;
    difference.hits -= earlier.hits;
    difference.uniqueRows -= earlier.uniqueRows;
    difference.uniqueHits -= earlier.uniqueHits;
    difference.loaded -= earlier.loaded;
    difference.forwarded -= earlier.forwarded;
    difference.evicted -= earlier.evicted;
    difference.writtenBack -= earlier.writtenBack;
    difference.shrunk -= earlier.shrunk;
    return difference;
  }

  /** A copy of the current counters. */
  public CacheCounters copy() {
    var copy = new CacheCounters();
    copy.lookups = lookups;
    copy.hits = hits;
    copy.uniqueRows = uniqueRows;
    copy.uniqueHits = uniqueHits;
    copy.loaded = loaded;
    copy.forwarded = forwarded;
    copy.evicted = evicted;
    copy.writtenBack = writtenBack;
    copy.shrunk = shrunk;
    return copy;
  }

  public long lookups() {
    return lookups;
  }

  public long hits() {
    return hits;
  }

  /** Share of lookups that hit. */
  public double hitRatio() {
    return lookups == 0 ? 0 : (double) hits / lookups;
  }

  public long uniqueRows() {
    return uniqueRows;
  }

  public long uniqueHits() {
    return uniqueHits;
  }

  /** Share of unique rows that hit. */
  public double uniqueHitRatio() {
    return uniqueRows == 0 ? 0 : (double) uniqueHits / uniqueRows;
  }

  /** Rows read from the store. */
  public long loaded() {
    return loaded;
  }

  /** Rows forwarded from the out-ring. */
  public long forwarded() {
    return forwarded;
  }

  /** Rows evicted from their slots, dirty or clean. */
  public long evicted() {
    return evicted;
  }

  /** Dirty rows evicted from their slots. */
  public long writtenBack() {
    return writtenBack;
  }

  /** Plans that could not run as far ahead as configured, because the rings had too little room. */
  public long shrunk() {
    return shrunk;
  }
}
