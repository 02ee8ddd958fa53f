package dev.farsight.engine.tier;

import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.table.RowFormat;
import dev.farsight.engine.attribution.PluginCalls;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.PartialResidency;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.cache.Ring;
import dev.farsight.engine.cache.RowIndexes;
import dev.farsight.engine.cache.RowRequest;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One part of a tier's rows: a cache with its own slots, index and policy, behind one lock. The
 * thread that holds the lock makes a plan and carries it out before it releases the lock. Evicted
 * rows are in the store below before the next plan, so no row is ever forwarded or pending.
 *
 * <p>{@link #fetch}, {@link #readThrough} and {@link #write} bring rows into the cache. {@link
 * #read} does not: it reads missing rows from the store below, so a pass over all rows does not
 * evict the rows in use.
 *
 * <p>If the policy or the store below fails during a plan, the plan is undone and the stripe is
 * <em>frozen</em>. No row enters or leaves a frozen stripe. Rows in memory are still read and
 * updated there; all other rows are read from and written to the store below. So no value is lost,
 * and the run can end in order.
 */
final class Stripe {

  /** Most rows of a plan. */
  private static final int MAX_PLAN_ROWS = 1024;

  /** Number of slots whose rows are touched together. */
  private static final int TOUCHED_SLOTS = 64;

  private final int number;
  private final Striping striping;
  private final RowStore below;
  private final HostSlots slots;
  private final PartialResidency residency;
  private final CachePlan plan;
  private final RowRequest request;
  private final RowBuffer in;
  private final RowBuffer out;
  private final int maxRows;
  private final long[] ids;
  private final long[] localIds;
  private final int[] slotOf;
  private final int[] missingRows;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean frozen;
  private volatile boolean mayBeDirty;

  long reads;
  long readHits;
  long writes;
  long expected;
  long expectedHits;
  long loaded;
  long evicted;
  long writtenBack;

  /** All stripes of a cache of so many slots. */
  static Stripe[] all(
      Striping striping, int slots, StripePolicies policies, RowStore below, HostBuffers buffers) {
    var stripes = new Stripe[striping.count()];
    for (int s = 0; s < stripes.length; s++) {
      RegionLayout layout = striping.layout(s, below.spec().tables().rows(), slots);
      stripes[s] =
          new Stripe(
              s, striping, layout, policies.calls(), policies.of(s, striping), below, buffers);
    }
    return stripes;
  }

  private Stripe(
      int number,
      Striping striping,
      RegionLayout layout,
      PluginCalls policyCalls,
      PartialResidency.Policies policies,
      RowStore below,
      HostBuffers buffers) {
    this.number = number;
    this.striping = striping;
    this.below = below;
    maxRows = Math.min(MAX_PLAN_ROWS, layout.slots());
    RowFormat format = below.spec().format();
    slots = new HostSlots(format, layout.slots(), buffers);
    in = RowBuffer.allocate(format, maxRows, buffers);
    out = RowBuffer.allocate(format, maxRows, buffers);
    Ring.Gate noWait = (held, planning) -> {};
    residency =
        new PartialResidency(
            layout,
            RowIndexes.of(layout.rows(), false).locations(),
            policyCalls,
            policies,
            maxRows,
            new Ring(maxRows, 0, noWait),
            new Ring(maxRows, 0, noWait),
            0,
            new Workers("tier", 1));
    plan = residency.newPlan(buffers);
    request = new RowRequest(maxRows);
    ids = new long[maxRows];
    localIds = new long[maxRows];
    slotOf = new int[maxRows];
    missingRows = new int[maxRows];
  }

  boolean tryLock() {
    return lock.tryLock();
  }

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  /**
   * Reads rows. For each position p, copies row {@code rows[base + p]} to row {@code targetRow + p}
   * of {@code target}.
   */
  void read(
      long[] rows, int base, int[] positions, int from, int to, RowBuffer target, int targetRow) {
    for (int start = from; start < to; start += maxRows) {
      int count = Math.min(maxRows, to - start);
      lookUp(rows, base, positions, start, count);
      int missing = 0;
      for (int i = 0; i < count; i++) {
        if (i % TOUCHED_SLOTS == 0) {
          slots.touch(slotOf, i, Math.min(i + TOUCHED_SLOTS, count));
        }
        int position = positions[start + i];
        if (slotOf[i] >= 0) {
          slots.get(slotOf[i], target, targetRow + position);
        } else {
          ids[missing] = rows[base + position];
          missingRows[missing++] = targetRow + position;
        }
      }
      if (missing > 0) {
        below.read(ids, 0, missing, in, 0).await();
        for (int i = 0; i < missing; i++) {
          in.copyRow(i, target, missingRows[i]);
        }
      }
      reads += count;
      readHits += count - missing;
    }
  }

  /**
   * Looks up rows, and writes their slots to {@link #slotOf}; negative for a row that is not in
   * memory.
   */
  private void lookUp(long[] rows, int base, int[] positions, int from, int count) {
    for (int i = 0; i < count; i++) {
      localIds[i] = striping.localOf(rows[base + positions[from + i]]);
    }
    residency.lookUp(localIds, count, slotOf);
  }

  /** Writes rows: the inverse of {@link #read}. */
  void write(
      long[] rows, int base, int[] positions, int from, int to, RowBuffer source, int sourceRow) {
    mayBeDirty = true;
    for (int start = from; start < to; start += maxRows) {
      int count = Math.min(maxRows, to - start);
      if (frozen) {
        writeFrozen(rows, base, positions, start, count, source, sourceRow);
      } else {
        // EVALUATE: the policy is not told of a use. The look-ahead has already told it of these
        // uses; a write-back from the device is not another use.
        request.begin(RowRequest.Use.EVALUATE, true);
        for (int i = start; i < start + count; i++) {
          request.add(striping.localOf(rows[base + positions[i]]), 0);
        }
        planAndEvict();
        for (int i = 0; i < count; i++) {
          slots.put(plan.slot(i), source, sourceRow + positions[start + i]);
        }
      }
      writes += count;
    }
  }

  /** Updates rows that are in memory there, and all others in the store below. */
  private void writeFrozen(
      long[] rows,
      int base,
      int[] positions,
      int from,
      int count,
      RowBuffer source,
      int sourceRow) {
    lookUp(rows, base, positions, from, count);
    request.begin(RowRequest.Use.EVALUATE, true);
    int missing = 0;
    for (int i = 0; i < count; i++) {
      int position = positions[from + i];
      if (slotOf[i] >= 0) {
        request.add(localIds[i], 0);
        slots.put(slotOf[i], source, sourceRow + position);
      } else {
        ids[missing] = rows[base + position];
        source.copyRow(sourceRow + position, out, missing++);
      }
    }
    // All requested rows are resident: this marks them as dirty, and asks the policy for no
    // victims.
    residency.plan(request, plan);
    if (missing > 0) {
      below.expectWrites(ids, 0, missing);
      below.write(ids, 0, missing, out, 0).await();
      writtenBack += missing;
    }
  }

  /** As {@link #read}, and makes the rows resident. */
  void readThrough(
      long[] rows, int base, int[] positions, int from, int to, RowBuffer target, int targetRow) {
    for (int start = from; start < to; start += maxRows) {
      int count = Math.min(maxRows, to - start);
      if (frozen) {
        read(rows, base, positions, start, start + count, target, targetRow);
        continue;
      }
      request.begin(RowRequest.Use.TRAIN, false);
      for (int i = start; i < start + count; i++) {
        request.add(striping.localOf(rows[base + positions[i]]), 1);
      }
      planAndEvict();
      load();
      for (int i = 0; i < count; i++) {
        slots.get(plan.slot(i), target, targetRow + positions[start + i]);
      }
      reads += count;
      readHits += plan.uniqueHits();
    }
  }

  /** Makes rows resident that are expected to be needed soon. */
  void fetch(long[] rows, int from, int to) {
    for (int start = from; start < to && !frozen; start += maxRows) {
      int count = Math.min(maxRows, to - start);
      request.begin(RowRequest.Use.TRAIN, false);
      for (int i = start; i < start + count; i++) {
        request.add(striping.localOf(rows[i]), 1);
      }
      planAndEvict();
      load();
      expected += count;
      expectedHits += plan.uniqueHits();
    }
  }

  /** Plans the request, and carries out the evictions of the plan. */
  private void planAndEvict() {
    try {
      residency.plan(request, plan);
    } catch (RuntimeException | Error e) {
      residency.drained();
      frozen = true;
      throw e;
    }
    RowMoves moves = plan.moves();
    for (int i = 0; i < moves.evictions(); i++) {
      slots.get(moves.evictSlots().get(i), out, moves.outFrom() + i);
    }
    try {
      writeBack();
    } catch (RuntimeException | Error e) {
      freeze();
      throw e;
    }
    evicted += plan.evicted();
  }

  /** Writes the rows of the plan's evictions from the out-ring to the store below. */
  private void writeBack() {
    int count = plan.moves().evictions();
    if (count > 0) {
      for (int i = 0; i < count; i++) {
        ids[i] = striping.rowOf(number, plan.writeBackRows()[i]);
      }
      below.expectWrites(ids, 0, count);
      below.write(ids, 0, count, out, plan.moves().outFrom()).await();
      writtenBack += count;
    }
  }

  /** Carries out the loads of the plan. */
  private void load() {
    RowMoves moves = plan.moves();
    int count = moves.loads();
    if (count > 0) {
      for (int i = 0; i < count; i++) {
        ids[i] = striping.rowOf(number, plan.loadRows()[i]);
      }
      try {
        below.read(ids, 0, count, in, moves.inFrom()).await();
      } catch (RuntimeException | Error e) {
        freeze();
        throw e;
      }
      for (int i = 0; i < count; i++) {
        slots.put(moves.loadSlots().get(i), in, moves.inFrom() + i);
      }
      loaded += count;
    }
  }

  /** Undoes the plan and freezes the stripe. */
  private void freeze() {
    residency.undo(plan);
    residency.drained();
    frozen = true;
  }

  /**
   * Writes all dirty rows to the store below; they stay in memory. O(slots) if there may be a dirty
   * row.
   */
  void flush() {
    if (!mayBeDirty) {
      return;
    }
    for (int slot = 0; slot < residency.slots(); ) {
      slot = residency.collectDirty(slot, maxRows, plan);
      RowMoves moves = plan.moves();
      moves.outFrom(0);
      for (int i = 0; i < moves.evictions(); i++) {
        slots.get(moves.evictSlots().get(i), out, i);
      }
      writeBack();
      residency.markClean(plan);
    }
    mayBeDirty = false;
  }

  /** Loads all rows again: the store below has other ones. Rows stay in their slots. O(slots). */
  void reload() {
    residency.forgetValues();
    mayBeDirty = false;
    for (int slot = 0; slot < residency.slots(); ) {
      slot = residency.collectResident(slot, maxRows, plan);
      RowMoves moves = plan.moves();
      for (int i = 0; i < moves.loads(); i++) {
        ids[i] = striping.rowOf(number, plan.loadRows()[i]);
      }
      below.read(ids, 0, moves.loads(), in, 0).await();
      for (int i = 0; i < moves.loads(); i++) {
        slots.put(moves.loadSlots().get(i), in, i);
      }
    }
  }

  int slots() {
    return residency.slots();
  }

  static long heapBytes(RegionLayout layout) {
    int maxRows = Math.min(MAX_PLAN_ROWS, layout.slots());
    return PartialResidency.heapBytes(layout, maxRows, maxRows)
        + CachePlan.heapBytes(maxRows, maxRows, layout)
        + RowRequest.heapBytes(maxRows, 1)
        + (2L * Long.BYTES + 2L * Integer.BYTES) * maxRows;
  }
}
