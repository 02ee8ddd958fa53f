package dev.farsight.engine.tier;

import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.PartialResidency;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.cache.Ring;
import dev.farsight.engine.cache.RowIndexes;
import dev.farsight.engine.cache.RowRequest;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One share of a tier's rows: a cache with slots, index and policy of its own, behind one lock.
 * Whoever holds the lock is the lane: plans are carried out before it is let go, rows that leave
 * are in the store below before the next plan, and so nothing is ever forwarded or pending.
 *
 * <p>Rows come in by {@link #fetch} and {@link #write}. {@link #read} takes what is there and reads
 * the rest past the cache, so that a pass over all rows does not drive out the ones in use.
 *
 * <p>If the policy or the store below fails in the middle of a plan, the plan is undone and the
 * stripe <em>frozen</em>: no row comes or goes any more, rows in memory are served and updated, all
 * others read and written past them. Nothing is lost, and the run can end in order.
 */
final class Stripe {

  /** Rows of the largest plan. */
  private static final int PIECE = 1024;

  /** Slots whose rows are touched together. */
  private static final int BLOCK = 64;

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
  private final long[] locals;
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

  Stripe(
      int number,
      Striping striping,
      RegionLayout layout,
      String policyName,
      PartialResidency.Policies policies,
      RowStore below,
      HostBuffers buffers) {
    this.number = number;
    this.striping = striping;
    this.below = below;
    maxRows = Math.min(PIECE, layout.slots());
    var rows = below.spec().format();
    slots = new HostSlots(rows, layout.slots(), buffers);
    in = RowBuffer.allocate(rows, maxRows, buffers);
    out = RowBuffer.allocate(rows, maxRows, buffers);
    Ring.Gate free = (held, planning) -> {};
    residency =
        new PartialResidency(
            layout,
            RowIndexes.of(layout.rows(), false).locations(),
            policyName,
            policies,
            maxRows,
            new Ring(maxRows, 0, free),
            new Ring(maxRows, 0, free),
            0,
            new Workers("tier", 1));
    plan = residency.newPlan(buffers);
    request = new RowRequest(maxRows);
    ids = new long[maxRows];
    locals = new long[maxRows];
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
   * Copies rows out: {@code rows[base + p]} to row {@code targetRow + p} for each position p.
   */
  void read(
      long[] rows, int base, int[] positions, int from, int to, RowBuffer target, int targetRow) {
    for (int start = from; start < to; start += maxRows) {
      int count = Math.min(maxRows, to - start);
      lookUp(rows, base, positions, start, count);
      int missing = 0;
      for (int i = 0; i < count; i++) {
        if (i % BLOCK == 0) {
          slots.touch(slotOf, i, Math.min(i + BLOCK, count));
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

  /** Looks up rows: their slots come into {@link #slotOf}. */
  private void lookUp(long[] rows, int base, int[] positions, int from, int count) {
    for (int i = 0; i < count; i++) {
      locals[i] = striping.localOf(rows[base + positions[from + i]]);
    }
    residency.lookUp(locals, count, slotOf);
  }

  /** Copies rows in, the inverse of {@link #read}. */
  void write(
      long[] rows, int base, int[] positions, int from, int to, RowBuffer source, int sourceRow) {
    mayBeDirty = true;
    for (int start = from; start < to; start += maxRows) {
      int count = Math.min(maxRows, to - start);
      if (frozen) {
        writePast(rows, base, positions, start, count, source, sourceRow);
      } else {
        // The look-ahead has told the policy of the use of these rows; that they come back from
        // the device is no use of them.
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

  /** Rows in memory are updated there, the others in the store below. */
  private void writePast(
      long[] rows, int base, int[] positions, int from, int count, RowBuffer source, int sourceRow) {
    lookUp(rows, base, positions, from, count);
    request.begin(RowRequest.Use.EVALUATE, true);
    int missing = 0;
    for (int i = 0; i < count; i++) {
      int position = positions[from + i];
      if (slotOf[i] >= 0) {
        request.add(locals[i], 0);
        slots.put(slotOf[i], source, sourceRow + position);
      } else {
        ids[missing] = rows[base + position];
        source.copyRow(sourceRow + position, out, missing++);
      }
    }
    // All are resident: this marks them as dirty, and asks the policy for nothing.
    residency.plan(request, plan);
    if (missing > 0) {
      below.expectWrites(ids, 0, missing);
      below.write(ids, 0, missing, out, 0).await();
      writtenBack += missing;
    }
  }

  /** Makes rows resident that will be needed soon. */
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

  private void planAndEvict() {
    try {
      residency.plan(request, plan);
    } catch (RuntimeException e) {
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
    } catch (RuntimeException e) {
      freeze();
      throw e;
    }
    evicted += plan.evicted();
  }

  /** Rows of the plan's evictions, from the out-ring to the store below. */
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

  private void load() {
    RowMoves moves = plan.moves();
    int count = moves.loads();
    if (count > 0) {
      for (int i = 0; i < count; i++) {
        ids[i] = striping.rowOf(number, plan.loadRows()[i]);
      }
      try {
        below.read(ids, 0, count, in, moves.inFrom()).await();
      } catch (RuntimeException e) {
        freeze();
        throw e;
      }
      for (int i = 0; i < count; i++) {
        slots.put(moves.loadSlots().get(i), in, moves.inFrom() + i);
      }
      loaded += count;
    }
  }

  private void freeze() {
    residency.undo(plan);
    residency.drained();
    frozen = true;
  }

  /** Writes every row that the store below does not have; rows stay. O(slots) if there is one. */
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
      try {
        writeBack();
      } catch (RuntimeException e) {
        markDirty();
        throw e;
      }
    }
    mayBeDirty = false;
  }

  /** Takes back that the plan's rows count as clean. */
  private void markDirty() {
    request.begin(RowRequest.Use.EVALUATE, true);
    for (int i = 0; i < plan.moves().evictions(); i++) {
      request.add(plan.writeBackRows()[i], 0);
    }
    residency.plan(request, plan);
  }

  int slots() {
    return residency.slots();
  }
}
