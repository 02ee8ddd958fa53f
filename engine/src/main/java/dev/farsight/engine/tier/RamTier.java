package dev.farsight.engine.tier;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.config.Settings;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreIdentity;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.engine.cache.PartialResidency;
import dev.farsight.engine.cache.RegionLayout;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A cache of rows in memory above a slower store, itself a store. Shards with the engine's own
 * cache in each, any policy: a call locks one shard after the other, preferring those that nobody
 * else holds.
 *
 * <pre>
 * device  --write-back-->  slots of a shard  --rows that leave, a batch at a time-->  store below
 *         &lt;----fetch-----                    &lt;--expected rows, beside training-----
 * </pre>
 *
 * <p>Rows come in when the look-ahead {@linkplain #expect expects} them and when they are written;
 * what the look-ahead brings in makes room first, so reads and write-backs of the training's own
 * threads mostly are copies in memory. Rows that nobody expected are read past the tier.
 *
 * <p><b>Cost.</b> A row costs a look-up and a copy; memory is slots and an index of 4 bytes a row
 * of the tables, or 48 a slot where tables are very large. <b>Threads.</b> As any store; the
 * threads that fetch are its own. <b>Durability.</b> {@link #flush} writes what the store below
 * lacks and flushes that; rows written since the last flush die with the process.
 */
public final class RamTier implements RowStore {

  /** Rows of a call that are sorted by shard at once. */
  private static final int BLOCK = 4096;

  private final RowStore below;
  private final StoreSpec spec;
  private final String policyName;
  private final Shards dealing;
  private final Shard[] shards;
  private final EarlyFetch early;
  private final HostBuffers buffers = HostBuffers.plain();
  private final long bytes;
  private final ThreadLocal<Grouping> groupings;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile boolean closed;

  /**
   * Takes all memory, and the store below, which it closes with itself.
   *
   * @param cache the section {@code farsight.cache}, which holds the policies' settings
   */
  public RamTier(
      RowStore below,
      TierSettings settings,
      CachePolicyFactory policy,
      Settings cache,
      RowFrequencies frequencies,
      long seed) {
    this.below = below;
    this.spec = below.spec();
    this.policyName = settings.policy();
    long rows = spec.tables().rows();
    dealing = Shards.of(settings.slots());
    shards = new Shard[dealing.count()];
    for (int s = 0; s < shards.length; s++) {
      int shard = s;
      RegionLayout layout = dealing.layout(s, rows, settings.slots());
      PartialResidency.Policies own =
          (region, slots, mostNote) ->
              policy.create(
                  new PolicyContext(
                      slots,
                      seed + shard,
                      cache.section(policyName),
                      local -> frequencies.count(dealing.rowOf(shard, local)),
                      mostNote));
      shards[s] = new Shard(s, dealing, layout, policyName, own, below, buffers);
    }
    bytes = buffers.allocated() + Shards.indexBytes(rows, settings.slots());
    groupings = ThreadLocal.withInitial(() -> new Grouping(dealing));
    early = new EarlyFetch(dealing, settings.threads(), this::fetch);
  }

  /** The store that the tier stands on. */
  public RowStore below() {
    return below;
  }

  @Override
  public StoreSpec spec() {
    return spec;
  }

  @Override
  public void expect(long[] rows, int from, int count) {
    if (!closed && count > 0) {
      early.offer(rows, from, count);
    }
  }

  private void fetch(int number, long[] rows, int from, int to) {
    Shard shard = shards[number];
    shard.lock();
    try {
      shard.fetch(rows, from, to);
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    } finally {
      shard.unlock();
    }
  }

  @Override
  public void read(long[] rows, int from, int count, RowBuffer into, int at) {
    check(rows, from, count, into, at);
    for (int done = 0; done < count; done += BLOCK) {
      run(false, rows, from + done, Math.min(BLOCK, count - done), into, at + done);
    }
  }

  @Override
  public void write(long[] rows, int from, int count, RowBuffer source, int at) {
    check(rows, from, count, source, at);
    for (int done = 0; done < count; done += BLOCK) {
      run(true, rows, from + done, Math.min(BLOCK, count - done), source, at + done);
    }
  }

  private void run(boolean write, long[] rows, int from, int count, RowBuffer buffer, int at) {
    Grouping grouping = groupings.get();
    grouping.sort(rows, from, count);
    int pending = 0;
    for (int s = 0; s < shards.length; s++) {
      pending |= grouping.start(s) < grouping.start(s + 1) ? 1 << s : 0;
    }
    while (pending != 0) {
      int before = pending;
      for (int left = pending; left != 0; left &= left - 1) {
        int s = Integer.numberOfTrailingZeros(left);
        if (shards[s].tryLock()) {
          runLocked(write, s, grouping, rows, from, buffer, at);
          pending &= ~(1 << s);
        }
      }
      if (pending == before) {
        int s = Integer.numberOfTrailingZeros(pending);
        shards[s].lock();
        runLocked(write, s, grouping, rows, from, buffer, at);
        pending &= ~(1 << s);
      }
    }
  }

  private void runLocked(
      boolean write, int s, Grouping grouping, long[] rows, int base, RowBuffer buffer, int at) {
    Shard shard = shards[s];
    try {
      requireOpen();
      int start = grouping.start(s);
      int end = grouping.start(s + 1);
      if (write) {
        shard.write(rows, base, grouping.positions(), start, end, buffer, at);
      } else {
        shard.read(rows, base, grouping.positions(), start, end, buffer, at);
      }
    } finally {
      shard.unlock();
    }
  }

  @Override
  public boolean written(long row) {
    if (below.written(Objects.checkIndex(row, spec.tables().rows()))) {
      return true;
    }
    Shard shard = shards[dealing.shardOf(row)];
    if (!shard.mayBeDirty()) {
      return false;
    }
    shard.lock();
    try {
      return shard.dirty(row) || below.written(row);
    } finally {
      shard.unlock();
    }
  }

  @Override
  public void flush() {
    flushRows();
    below.flush();
  }

  private void flushRows() {
    for (Shard shard : shards) {
      shard.lock();
      try {
        requireOpen();
        shard.flush();
      } finally {
        shard.unlock();
      }
    }
  }

  @Override
  public Optional<StoreIdentity> identity() {
    return below.identity();
  }

  /** Rows that went through the tier; bytes of the store below. */
  @Override
  public StoreStats stats() {
    TierStats stats = tierStats();
    return new StoreStats(stats.reads(), stats.writes(), below.stats().bytes());
  }

  /** What the tier has done since it was made. */
  public TierStats tierStats() {
    long[] sums = new long[8];
    int slots = 0;
    for (Shard shard : shards) {
      shard.lock();
      try {
        slots += shard.slots();
        sums[0] += shard.reads;
        sums[1] += shard.readHits;
        sums[2] += shard.writes;
        sums[3] += shard.expected;
        sums[4] += shard.expectedHits;
        sums[5] += shard.loaded;
        sums[6] += shard.evicted;
        sums[7] += shard.writtenBack;
      } finally {
        shard.unlock();
      }
    }
    return new TierStats(
        policyName,
        slots,
        bytes,
        sums[0],
        sums[1],
        sums[2],
        sums[3],
        sums[4],
        early.dropped(),
        sums[5],
        sums[6],
        sums[7]);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    early.close();
    try {
      flushRows();
    } finally {
      closed = true;
      awaitCalls();
      below.close();
      buffers.close();
    }
  }

  /** Who gets a lock from now on finds the tier closed. */
  private void awaitCalls() {
    for (Shard shard : shards) {
      shard.lock();
      shard.unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the row store is closed");
    }
  }

  private void check(long[] rows, int from, int count, RowBuffer buffer, int at) {
    requireOpen();
    spec.check(rows, from, count, buffer, at);
    Throwable early = failure.getAndSet(null);
    if (early != null) {
      throw new FarsightException("rows could not be fetched early: " + early.getMessage(), early);
    }
  }
}
