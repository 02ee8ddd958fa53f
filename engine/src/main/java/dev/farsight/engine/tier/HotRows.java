package dev.farsight.engine.tier;

import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowReader;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.StoreStats;
import dev.farsight.engine.memory.OwnedBuffers;

/**
 * A cache of rows in memory above a slower reader: a row that is read enters the cache, and a
 * policy chooses the one that leaves. It is striped as a {@link RamTier} is.
 *
 * <p><b>Cost.</b> A look-up and a copy for each row; a read below for each that is not in memory.
 * <b>Memory.</b> The slots; an index of 4 bytes for each row of the tables, or of 48 bytes a slot
 * if the tables are very large. <b>Threads.</b> Any number; a call holds the lock of one stripe at
 * a time. The rows below must not change.
 */
public final class HotRows extends ForwardingRowReader {

  private final RowReader below;
  private final Stripe[] stripes;
  private final StripesByLock byLock;
  private final OwnedBuffers buffers = new OwnedBuffers();
  private final long bytes;
  private volatile boolean closed;

  /**
   * Allocates all memory.
   *
   * @param below the slower reader, owned by this one once it is made
   * @param slots how many rows are kept
   * @param policyName the name of the policy, as in {@code cache.policy}
   * @param cache the section {@code farsight.cache} with the settings of the policies
   * @param seed seeds the policies
   */
  public HotRows(
      RowReader below,
      int slots,
      String policyName,
      CachePolicyFactory policy,
      Settings cache,
      long seed) {
    super(below);
    this.below = below;
    Striping striping = Striping.of(slots);
    try {
      var policies = new StripePolicies(policyName, policy, cache, RowFrequencies.NONE, seed);
      stripes = Stripe.all(striping, slots, policies, new ReadOnlyStore(below), buffers);
    } catch (RuntimeException | Error e) {
      buffers.close();
      throw e;
    }
    bytes = buffers.allocated() + Striping.heapBytes(below.spec().tables().rows(), slots);
    byLock = new StripesByLock(striping, stripes, this::requireOpen);
  }

  /** The slower reader. */
  public RowReader below() {
    return below;
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    requireOpen();
    spec().check(rows, from, count, target, targetRow);
    byLock.run(StripesByLock.Call.READ_THROUGH, rows, from, count, target, targetRow);
    return Ticket.DONE;
  }

  /** Rows read through the cache, and the bytes of the rows below. */
  @Override
  public StoreStats stats() {
    return new StoreStats(reads(), 0, below.stats().bytes());
  }

  /** Rows read since the cache was made. */
  public long reads() {
    long reads = 0;
    for (Stripe stripe : stripes) {
      stripe.lock();
      reads += stripe.reads;
      stripe.unlock();
    }
    return reads;
  }

  /** Those of them that were in memory. */
  public long hits() {
    long hits = 0;
    for (Stripe stripe : stripes) {
      stripe.lock();
      hits += stripe.readHits;
      stripe.unlock();
    }
    return hits;
  }

  /** Bytes of the cache. */
  public long cacheBytes() {
    return bytes;
  }

  /** Waits for the calls under way; a call that gets a lock later fails. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      for (Stripe stripe : stripes) {
        stripe.lock();
        stripe.unlock();
      }
      Closing.all(below, buffers);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the row store is closed");
    }
  }
}
