package dev.farsight.engine.tier;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreIdentity;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.RowBits;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * A cache of rows in memory above a slower store; it is a row store itself. Its rows are split into
 * stripes. Each stripe has its own cache, with any policy, and its own lock.
 *
 * <pre>
 * device  --write-back-->  slots of a stripe  --evicted rows, in batches-->  store below
 *         &lt;----fetch-----                    &lt;--expected rows, beside training-----
 * </pre>
 *
 * <p>A row enters the tier when the look-ahead {@linkplain #expect expects} it, and when it is
 * written. Fetching expected rows evicts other rows early, so reads and write-backs by the training
 * threads are mostly copies in memory. A row that was not expected is read from the store below and
 * does not enter the tier.
 *
 * <p><b>Cost.</b> A look-up and a copy for each row. <b>Memory.</b> The slots; an index of 4 bytes
 * for each row of the tables, or of 48 bytes a slot if the tables are very large; one bit for each
 * row of the tables. <b>Threads.</b> As for every row store; the tier has its own threads to fetch
 * expected rows. <b>Durability.</b> {@link #flush} writes all dirty rows to the store below and
 * flushes that store. Rows written after the last flush are lost if the process dies.
 */
public final class RamTier implements RowStore {

  private final RowStore below;

  /** Of the first generation; tables and row format stay. */
  private final StoreSpec spec;

  /** Rows ever written: those in the store below, and those that are only in memory so far. */
  private final RowBits written;

  private final LongAdder rowsHeld = new LongAdder();
  private final String policyName;
  private final Striping striping;
  private final Stripe[] stripes;
  private final EarlyFetch earlyFetch;
  private final HostBuffers buffers = HostBuffers.plain();
  private final long bytes;
  private final StripesByLock byLock;
  private final AtomicReference<Throwable> fetchFailure = new AtomicReference<>();
  private volatile boolean closed;

  /**
   * Allocates all memory. The tier owns the store below: {@link #close} closes it.
   *
   * @param cache the section {@code farsight.cache} with the settings of the policies
   * @param frequencies counts that the policies may ask for
   * @param seed seeds the policies
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
    stripes =
        Stripe.all(
            striping,
            settings.slots(),
            new StripePolicies(policyName, policy, cache, frequencies, seed),
            below,
            buffers);
    bytes = buffers.allocated() + Striping.heapBytes(rows, settings.slots());
    byLock = new StripesByLock(striping, stripes, this::requireOpen);
    earlyFetch = new EarlyFetch(striping, settings.threads(), this::fetch);
  }

  /** The store below the tier. */
  public RowStore below() {
    return below;
  }

  @Override
  public StoreSpec spec() {
    return below.spec();
  }

  @Override
  public void expect(long[] rows, int from, int count) {
    if (!closed && count > 0) {
      earlyFetch.offer(rows, from, count);
    }
  }

  private void fetch(int stripeNumber, long[] rows, int from, int to) {
    Stripe stripe = stripes[stripeNumber];
    stripe.lock();
    try {
      stripe.fetch(rows, from, to);
    } catch (RuntimeException | Error e) {
      fetchFailure.compareAndSet(null, e);
    } finally {
      stripe.unlock();
    }
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    check(rows, from, count, target, targetRow);
    byLock.run(StripesByLock.Call.READ, rows, from, count, target, targetRow);
    return Ticket.DONE;
  }

  @Override
  public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
    check(rows, from, count, source, sourceRow);
    byLock.run(StripesByLock.Call.WRITE, rows, from, count, source, sourceRow);
    for (int i = from; i < from + count; i++) {
      if (written.add(rows[i])) {
        rowsHeld.increment();
      }
    }
    return Ticket.DONE;
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
  public void beginGeneration(int generation) {
    replaceRows(() -> below.beginGeneration(generation));
  }

  @Override
  public void returnToGeneration(int generation) {
    replaceRows(() -> below.returnToGeneration(generation));
  }

  @Override
  public void keepGenerations(Set<Integer> generations) {
    below.keepGenerations(generations);
  }

  /**
   * Gives the store below other rows, and loads those in memory again. Threads that fetch expected
   * rows wait meanwhile.
   */
  private void replaceRows(Runnable change) {
    requireOpen();
    for (Stripe stripe : stripes) {
      stripe.lock();
    }
    try {
      change.run();
      written.clear();
      below.written(0, spec.tables().rows(), written);
      rowsHeld.reset();
      rowsHeld.add(below.rowsHeld());
      try (var workers = new Workers("tier", Math.min(stripes.length, spec.threads()))) {
        workers.run(stripes.length, (s, worker) -> stripes[s].reload());
      }
    } finally {
      for (Stripe stripe : stripes) {
        stripe.unlock();
      }
    }
  }

  @Override
  public Optional<StoreIdentity> identity() {
    return below.identity();
  }

  /** Rows read and written through the tier, and the bytes of the store below. */
  @Override
  public StoreStats stats() {
    TierStats stats = tierStats();
    return new StoreStats(stats.reads(), stats.writes(), below.stats().bytes());
  }

  /** Counters of the tier since it was created. */
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
        earlyFetch.droppedRows(),
        sums[5],
        sums[6],
        sums[7]);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    Closing.all(earlyFetch, this::flushRows, this::endCalls, below, buffers);
  }

  /** Waits for running calls. A call that gets a lock later fails, because the tier is closed. */
  private void endCalls() {
    closed = true;
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
    Throwable failure = fetchFailure.getAndSet(null);
    if (failure != null) {
      throw new FarsightException(
          "rows could not be fetched early: " + failure.getMessage(), failure);
    }
  }
}
