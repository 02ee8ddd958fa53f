package dev.farsight.engine.tier;

import java.util.concurrent.atomic.LongAdder;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.concurrent.Ticket;
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
 * A cache of rows in memory above a slower store, itself a store. Striping with the engine's own
 * cache in each, any policy: a call locks one stripe after the other, preferring those that nobody
 * else holds.
 *
 * <pre>
 * device  --write-back-->  slots of a stripe  --rows that leave, a batch at a time-->  store below
 *         &lt;----fetch-----                    &lt;--expected rows, beside training-----
 * </pre>
 *
 * <p>Rows come in when the look-ahead {@linkplain #expect expects} them and when they are written;
 * what the look-ahead brings in makes room first, so reads and write-backs of the training's own
 * threads mostly are copies in memory. Rows that nobody expected are read past the tier.
 *
 * <p><b>Cost.</b> A row costs a look-up and a copy; memory is slots, an index of 4 bytes a row
 * of the tables, or 48 a slot where tables are very large, and a bit a row written. <b>Threads.</b> As any store; the
 * threads that fetch are its own. <b>Durability.</b> {@link #flush} writes what the store below
 * lacks and flushes that; rows written since the last flush die with the process.
 */
public final class RamTier implements RowStore {

  /** Rows of a call that are sorted by stripe at once. */
  private static final int BLOCK = 4096;

  private final RowStore below;
  private final StoreSpec spec;

  /** Rows ever written: those of the store below, and those that are in memory alone. */
  private final RowBits written;

  private final LongAdder rowsHeld = new LongAdder();
  private final String policyName;
  private final Striping striping;
  private final Stripe[] stripes;
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
    written = new RowBits(rows);
    below.written(0, rows, written);
    rowsHeld.add(below.rowsHeld());
    striping = Striping.of(settings.slots());
    stripes = new Stripe[striping.count()];
    for (int s = 0; s < stripes.length; s++) {
      int stripe = s;
      RegionLayout layout = striping.layout(s, rows, settings.slots());
      PartialResidency.Policies own =
          (region, slots, mostNote) ->
              policy.create(
                  new PolicyContext(
                      slots,
                      seed + stripe,
                      cache.section(policyName),
                      local -> frequencies.count(striping.rowOf(stripe, local)),
                      mostNote));
      stripes[s] = new Stripe(s, striping, layout, policyName, own, below, buffers);
    }
    bytes = buffers.allocated() + Striping.indexBytes(rows, settings.slots());
    groupings = ThreadLocal.withInitial(() -> new Grouping(striping));
    early = new EarlyFetch(striping, settings.threads(), this::fetch);
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
    Stripe stripe = stripes[number];
    stripe.lock();
    try {
      stripe.fetch(rows, from, to);
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    } finally {
      stripe.unlock();
    }
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    check(rows, from, count, target, targetRow);
    for (int done = 0; done < count; done += BLOCK) {
      run(false, rows, from + done, Math.min(BLOCK, count - done), target, targetRow + done);
    }
    return Ticket.DONE;
  }

  @Override
  public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
    check(rows, from, count, source, sourceRow);
    for (int done = 0; done < count; done += BLOCK) {
      run(true, rows, from + done, Math.min(BLOCK, count - done), source, sourceRow + done);
    }
    for (int i = from; i < from + count; i++) {
      if (written.add(rows[i])) {
        rowsHeld.increment();
      }
    }
    return Ticket.DONE;
  }

  private void run(
      boolean write, long[] rows, int from, int count, RowBuffer buffer, int bufferRow) {
    Grouping grouping = groupings.get();
    grouping.sort(rows, from, count);
    int pending = 0;
    for (int s = 0; s < stripes.length; s++) {
      pending |= grouping.start(s) < grouping.start(s + 1) ? 1 << s : 0;
    }
    while (pending != 0) {
      int before = pending;
      for (int left = pending; left != 0; left &= left - 1) {
        int s = Integer.numberOfTrailingZeros(left);
        if (stripes[s].tryLock()) {
          runLocked(write, s, grouping, rows, from, buffer, bufferRow);
          pending &= ~(1 << s);
        }
      }
      if (pending == before) {
        int s = Integer.numberOfTrailingZeros(pending);
        stripes[s].lock();
        runLocked(write, s, grouping, rows, from, buffer, bufferRow);
        pending &= ~(1 << s);
      }
    }
  }

  private void runLocked(
      boolean write,
      int s,
      Grouping grouping,
      long[] rows,
      int base,
      RowBuffer buffer,
      int bufferRow) {
    Stripe stripe = stripes[s];
    try {
      requireOpen();
      int start = grouping.start(s);
      int end = grouping.start(s + 1);
      if (write) {
        stripe.write(rows, base, grouping.positions(), start, end, buffer, bufferRow);
      } else {
        stripe.read(rows, base, grouping.positions(), start, end, buffer, bufferRow);
      }
    } finally {
      stripe.unlock();
    }
  }

  @Override
  public boolean written(long row) {
    return written.contains(Objects.checkIndex(row, spec.tables().rows()));
  }

  @Override
  public void written(long fromRow, long toRow, RowBits target) {
    Objects.checkFromToIndex(fromRow, toRow, spec.tables().rows());
    target.addAll(written, fromRow, toRow);
  }

  @Override
  public long rowsHeld() {
    return rowsHeld.sum();
  }

  @Override
  public void flush() {
    flushRows();
    below.flush();
  }

  private void flushRows() {
    for (Stripe stripe : stripes) {
      stripe.lock();
      try {
        requireOpen();
        stripe.flush();
      } finally {
        stripe.unlock();
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
    for (Stripe stripe : stripes) {
      stripe.lock();
      try {
        slots += stripe.slots();
        sums[0] += stripe.reads;
        sums[1] += stripe.readHits;
        sums[2] += stripe.writes;
        sums[3] += stripe.expected;
        sums[4] += stripe.expectedHits;
        sums[5] += stripe.loaded;
        sums[6] += stripe.evicted;
        sums[7] += stripe.writtenBack;
      } finally {
        stripe.unlock();
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
    for (Stripe stripe : stripes) {
      stripe.lock();
      stripe.unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the row store is closed");
    }
  }

  private void check(long[] rows, int from, int count, RowBuffer buffer, int bufferRow) {
    requireOpen();
    spec.check(rows, from, count, buffer, bufferRow);
    Throwable early = failure.getAndSet(null);
    if (early != null) {
      throw new FarsightException("rows could not be fetched early: " + early.getMessage(), early);
    }
  }
}
