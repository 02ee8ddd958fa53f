package dev.farsight.engine.cache;

import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.SlotBatch;
import dev.farsight.api.compute.RowMoves;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.IntBuffer;

/**
 * A range of slots with a policy instance of its own. Planning a request takes two steps; between
 * them, {@link PartialResidency} gives the regions their shares of the rings:
 *
 * <ol>
 *   <li>{@link #choose} finds the rows that are resident, pins them, sees where the others can come
 *       from, and has the policy choose victims for them;
 *   <li>{@link #commit} makes the change: victims leave, missing rows come in. Up to here nothing
 *       has changed, so that a request which cannot be planned changes nothing.
 * </ol>
 *
 * <p>Costs O(rows of the request that belong to the region), nearly all of it waiting for scattered
 * memory: so rows are looked up in blocks, and a victim leaves and is replaced while what is known
 * of its slot is still in the processor's cache. 12 bytes a slot beside the index and the policy.
 * One thread at a time; regions are independent of each other.
 */
final class Region {

  /** Rows looked up at a time; their entries in the index fit the fastest cache. */
  private static final int BLOCK = 256;

  /**
   * Rows that leave and come at a time. Their places are read, a cache line and a page each, some
   * time before they are written: with twice as many, lines and pages are forgotten in between.
   */
  private static final int CHUNK = 1024;

  private final String name;
  private final int base;
  private final CheckedPolicy policy;

  private final RowPlaces places;

  private final SlotStates slots;
  private int residents;

  private final SlotBatch hits;
  private final SlotBatch left = new SlotBatch(CHUNK);
  private final SlotBatch came = new SlotBatch(CHUNK);
  private final int[] blockPlaces = new int[CHUNK];
  private final int[] blockResident = new int[CHUNK + 1]; // one more than counts may be written

  // Of the plan under way: the rows among which the region's are, and their positions in the
  // request, null where these are the same.
  private long[] rows;
  private int[] occurrences;
  private int[] positions;

  // Missing rows: where in the above, and where they are.
  private int missed;
  private final int[] missing;
  private final int[] missingPlaces;

  /** How many rows have to leave. */
  private int needed;

  private final int[] victims;
  private final long[] leaving = new long[CHUNK];

  /**
   * @param base slot of the cache at which the region begins
   * @param count how many slots it has
   * @param maxRows most rows of a request that can belong to it
   */
  Region(
      String name,
      int base,
      int count,
      RowPlaces places,
      int maxRows,
      String policyName,
      CachePolicy policy) {
    this.name = name;
    this.base = base;
    this.places = places;
    slots = new SlotStates(count);
    this.policy = new CheckedPolicy(policy, policyName, name, slots);
    int most = Math.min(count, maxRows);
    hits = new SlotBatch(most);
    missing = new int[maxRows + 1]; // partition() writes one more than counts
    missingPlaces = new int[maxRows + 1];
    victims = new int[most];
  }

  String name() {
    return name;
  }

  int base() {
    return base;
  }

  int count() {
    return slots.count();
  }

  SlotStates slots() {
    return slots;
  }

  /** How many slots, from the first on, hold a row. */
  int residents() {
    return residents;
  }

  /** How many rows the plan under way evicts. */
  int evicting() {
    return needed;
  }

  /**
   * Looks up rows of a request, and has the policy choose victims for those that are missing.
   *
   * @param byRegion the request's rows by region, of which those of {@code region} are meant; null
   *     where all rows of the request are
   * @param into receives the slots of rows that are resident
   */
  void choose(
      RowRequest request,
      RegionRows byRegion,
      int region,
      Outbox outbox,
      CachePlan into,
      RegionPlan plan) {
    if (byRegion == null) {
      rows = request.rows();
      occurrences = request.occurrences();
      positions = null;
    } else {
      rows = byRegion.rows();
      occurrences = byRegion.occurrences();
      positions = byRegion.positions();
    }
    int from = byRegion == null ? 0 : byRegion.starts()[region];
    int to = byRegion == null ? request.count() : byRegion.starts()[region + 1];
    plan.clear();
    slots.beginRequest();
    lookUp(request, from, to, into, plan);
    if (hits.count() + missed > slots.count()) {
      throw new TooManyRows(hits.count() + missed);
    }
    find(plan, outbox);
    needed = Math.max(0, missed - (slots.count() - residents));
    if (request.use() == RowRequest.Use.TRAIN) {
      policy.hit(hits);
    } else if (request.use() == RowRequest.Use.EVALUATE) {
      policy.nextUse(hits);
    }
    plan.writeBacks = needed > 0 ? policy.victims(into.number(), needed, victims) : 0;
  }

  private void lookUp(RowRequest request, int from, int to, CachePlan into, RegionPlan plan) {
    boolean updates = request.updates();
    int[] slotOf = into.slots;
    hits.begin(into.number(), updates);
    missed = 0;
    long lookups = 0;
    for (int start = from; start < to; start += BLOCK) {
      int block = Math.min(BLOCK, to - start);
      places.get(rows, null, start, block, blockPlaces);
      int resident = partition(start, block);
      // Marked dirty before it is sure that the plan is carried out: at worst written back for
      // nothing.
      slots.pin(blockPlaces, resident, updates);
      for (int b = 0; b < resident; b++) {
        int i = start + blockResident[b];
        int slot = blockPlaces[b];
        slotOf[i] = base + slot;
        lookups += occurrences[i];
        hits.add(slot, rows[i], occurrences[i], request.nextUse(position(i)));
      }
    }
    plan.uniqueHits = hits.count();
    plan.hits = lookups;
  }

  /**
   * Tells resident rows of a block from missing ones, of which there are about as many: without a
   * branch, which would be mispredicted. The places of those that are resident move to the front.
   *
   * @return how many are resident
   */
  private int partition(int start, int block) {
    int resident = 0;
    int misses = missed;
    for (int b = 0; b < block; b++) {
      int place = blockPlaces[b];
      blockResident[resident] = b;
      blockPlaces[resident] = place;
      missing[misses] = start + b;
      missingPlaces[misses] = place;
      resident += 1 - RowPlaces.absent(place);
      misses += RowPlaces.absent(place);
    }
    missed = misses;
    return resident;
  }

  /** Position in the request of a row. */
  private int position(int i) {
    return positions == null ? i : positions[i];
  }

  /**
   * More rows of one request than slots; the cache turns it into a {@link CacheTooSmallException}.
   */
  static final class TooManyRows extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int rows;

    TooManyRows(int rows) {
      super(null, null, false, false);
      this.rows = rows;
    }
  }

  /**
   * Sees which missing rows can be forwarded; the others have to be loaded. May be asked again when
   * the outbox has given up more.
   */
  void find(RegionPlan plan, Outbox outbox) {
    int forwards = 0;
    for (int m = 0; m < missed; m++) {
      int place = missingPlaces[m];
      int outRow = places.outRow(place);
      boolean forward = outRow >= 0 && outbox.holds(outRow, rows[missing[m]]);
      missingPlaces[m] = forward ? place : places.withoutOutRow(place);
      forwards += forward ? 1 : 0;
    }
    plan.forwards = forwards;
    plan.loads = missed - forwards;
  }

  /**
   * Makes the change, and writes it down: evictions, loads and forwards in the region's stretches.
   */
  void commit(RowRequest request, Outbox outbox, CachePlan into, RegionPlan plan) {
    for (int from = 0; from < missed; from += CHUNK) {
      int to = Math.min(missed, from + CHUNK);
      int victimsTo = Math.min(needed, to);
      places.get(rows, missing, from, to - from, blockPlaces); // into the fast cache
      left.begin(into.number(), request.updates());
      came.begin(into.number(), request.updates());
      if (from < victimsTo) {
        evict(from, victimsTo, outbox, into, plan);
      }
      admit(from, to, request, into, plan);
      policy.admit(came);
    }
  }

  private void evict(int from, int to, Outbox outbox, CachePlan into, RegionPlan plan) {
    slots.rows(victims, from, to - from, leaving);
    for (int v = from; v < to; v++) {
      left.add(victims[v], leaving[v - from], 0, SlotBatch.UNKNOWN, 0);
    }
    policy.evicted(left, places.mostNote());
    places.get(left.rows(), null, 0, left.count(), blockPlaces); // into the fast cache
    IntBuffer evictSlots = into.moves().evictSlots();
    long[] writeBackRows = into.writeBackRows();
    int eviction = plan.evicted;
    for (int i = 0; i < left.count(); i++) {
      int slot = left.slots()[i];
      long row = left.rows()[i];
      if (slots.vacate(slot)) {
        writeBackRows[eviction] = row;
        evictSlots.put(eviction, base + slot);
        places.left(row, outbox.put(eviction++, row), left.notes()[i]);
      } else {
        plan.cleanSlots[plan.clean] = slot;
        plan.cleanRows[plan.clean++] = row;
        places.left(row, left.notes()[i]);
      }
    }
    plan.evicted = eviction;
  }

  /**
   * A forwarded row counts as dirty: the store has its value only once the write-back that it is
   * forwarded from is done.
   */
  private void admit(int from, int to, RowRequest request, CachePlan into, RegionPlan plan) {
    boolean updates = request.updates();
    boolean learn = request.use() == RowRequest.Use.TRAIN;
    long[] loadRows = into.loadRows();
    int[] loadPositions = into.loadPositions();
    int[] slotOf = into.slots;
    RowMoves moves = into.moves();
    IntBuffer loadSlots = moves.loadSlots();
    int load = plan.loaded;
    int forward = plan.forwarded;
    for (int m = from; m < to; m++) {
      int slot = m < needed ? victims[m] : residents++;
      int i = missing[m];
      int u = position(i);
      long row = rows[i];
      int place = missingPlaces[m];
      boolean forwarded = places.outRow(place) >= 0;
      if (!forwarded) {
        loadRows[load] = row;
        loadPositions[load] = u;
        loadSlots.put(load++, base + slot);
      } else {
        moves.forwardRows().put(forward, places.outRow(place));
        into.forwardPositions()[forward] = u;
        moves.forwardSlots().put(forward++, base + slot);
      }
      slots.occupy(slot, row, updates || forwarded);
      places.in(row, slot);
      slotOf[i] = base + slot;
      came.add(slot, row, learn ? occurrences[i] : 0, request.nextUse(u), places.note(place));
    }
    plan.loaded = load;
    plan.forwarded = forward;
    plan.filled += to - Math.max(from, Math.min(needed, to)); // the others replaced a victim
  }

  /** Forgets where rows lie in the outbox that are no longer to be forwarded. */
  void expire(Outbox outbox) {
    for (long at = outbox.expiredFrom(); at < outbox.expiredTo(); at++) {
      int outRow = outbox.ringRow(at);
      places.expire(outbox.row(outRow), outRow);
    }
  }

  /** A use became known, in batch {@code batch}, of those rows of the request that are resident. */
  void announce(long batch, RowRequest request, int[] members, int count) {
    for (int from = 0; from < count; from += CHUNK) {
      int chunk = Math.min(CHUNK, count - from);
      places.get(request.rows(), members, from, chunk, blockPlaces);
      came.begin(batch, false);
      // Without a branch for each, as above.
      int resident = 0;
      for (int i = 0; i < chunk; i++) {
        int place = blockPlaces[i];
        blockPlaces[resident] = place;
        blockResident[resident] = i;
        resident += 1 - RowPlaces.absent(place);
      }
      for (int r = 0; r < resident; r++) {
        came.add(blockPlaces[r], request.rows()[members[from + blockResident[r]]], 0, batch);
      }
      if (came.count() > 0) {
        policy.nextUse(came);
      }
    }
  }

  /**
   * Takes a plan back, which was the last one, as far as it was carried out: its rows leave, its
   * victims return.
   */
  void undo(CachePlan of, RegionPlan plan) {
    RowMoves moves = of.moves();
    leave(moves.loadSlots(), plan.firstLoad, plan.loaded);
    leave(moves.forwardSlots(), plan.firstForward, plan.forwarded);
    residents -= plan.filled;
    for (int e = plan.firstEviction; e < plan.evicted; e++) {
      comeBack(moves.evictSlots().get(e) - base, of.writeBackRows()[e], true);
    }
    for (int c = 0; c < plan.clean; c++) {
      comeBack(plan.cleanSlots[c], plan.cleanRows[c], false);
    }
    plan.clear();
  }

  /** Writes the rows in the slots, all of them clean, and the policy's state. */
  void save(DataOutput out) throws IOException {
    out.writeInt(residents);
    for (int slot = 0; slot < residents; slot++) {
      out.writeLong(slots.row(slot));
    }
    policy.policy().save(out);
  }

  /** Reads what {@link #save} wrote; the region has been empty so far. */
  void restore(DataInput in) throws IOException {
    residents = in.readInt();
    for (int slot = 0; slot < residents; slot++) {
      long row = in.readLong();
      slots.restore(slot, row, false);
      places.in(row, slot);
    }
    policy.policy().restore(in);
  }

  private void leave(IntBuffer cameTo, int from, int to) {
    for (int i = from; i < to; i++) {
      int slot = cameTo.get(i) - base;
      places.left(slots.row(slot), 0);
      slots.vacate(slot);
    }
  }

  private void comeBack(int slot, long row, boolean dirty) {
    slots.restore(slot, row, dirty);
    places.in(row, slot);
  }

  /** Looks rows up without planning: the slot of each, or {@link RowIndex#ABSENT}. */
  void find(long[] rows, int count, int[] slotOf) {
    for (int from = 0; from < count; from += BLOCK) {
      int block = Math.min(BLOCK, count - from);
      places.get(rows, null, from, block, blockPlaces);
      for (int i = 0; i < block; i++) {
        slotOf[from + i] = blockPlaces[i] >= 0 ? base + blockPlaces[i] : RowIndex.ABSENT;
      }
    }
  }
}
