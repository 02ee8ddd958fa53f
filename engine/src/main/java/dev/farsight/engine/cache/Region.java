package dev.farsight.engine.cache;

import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.SlotBatch;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.engine.attribution.PluginCalls;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.IntBuffer;

/**
 * A range of slots with its own policy instance. A request is planned in two steps. Between them,
 * {@link PartialResidency} gives the regions their stretches of the rings:
 *
 * <ol>
 *   <li>{@link #choose} looks rows up, pins resident rows, finds out which missing rows can be
 *       forwarded, and asks the policy for victims. It changes no location, so a request that
 *       cannot be planned changes nothing;
 *   <li>{@link #commit} makes the change: victims leave, missing rows take slots.
 * </ol>
 *
 * <p>Costs O(rows of the request that belong to the region). Most of the time is waiting for
 * scattered memory accesses. For that reason rows are looked up in blocks, and a victim is replaced
 * while the state of its slot is still in the processor's cache. 12 bytes a slot beside the index,
 * the {@link PendingPlan} and the policy. Memory for the rows of a request grows if more rows than
 * usual belong to the region. One thread at a time; regions are independent.
 */
final class Region {

  /** Rows looked up at a time; their index entries fit the fastest cache. */
  private static final int BLOCK = 256;

  /**
   * Rows that leave and enter at a time. Each location is read shortly before it is written, which
   * touches a cache line and a page. With twice as many rows, the lines and pages are evicted in
   * between.
   */
  private static final int CHUNK = 1024;

  private final String name;
  private final int base;
  private final CheckedPolicy policy;
  private final RowLocations locations;
  private final SlotStates slots;
  private final PendingPlan pending;
  private int residents;

  // Scratch memory.
  private SlotBatch hits;
  private final SlotBatch evictedRows = new SlotBatch(CHUNK);
  private final SlotBatch usedRows = new SlotBatch(CHUNK); // admitted or announced
  private final int[] blockLocations = new int[CHUNK];
  private final int[] residentOffsets = new int[CHUNK + 1]; // written to one entry more than rows
  private final long[] victimRows = new long[CHUNK];

  /**
   * @param base slot of the cache at which the region begins
   * @param count how many slots the region has
   * @param usualRows rows of a request that usually belong to the region at most
   */
  Region(
      String name,
      int base,
      int count,
      RowLocations locations,
      int usualRows,
      PluginCalls policyCalls,
      CachePolicy policy) {
    this.name = name;
    this.base = base;
    this.locations = locations;
    slots = new SlotStates(count);
    this.policy = new CheckedPolicy(policy, policyCalls, name, slots);
    int usualResident = Math.min(count, usualRows);
    hits = new SlotBatch(usualResident);
    pending = new PendingPlan(usualRows, usualResident);
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

  /** How many rows the current plan evicts. */
  int evictions() {
    return pending.evictions();
  }

  /**
   * Looks up the rows of a request, and asks the policy for victims for the missing rows.
   *
   * @param byRegion the request's rows by region, of which those of {@code region} are planned;
   *     null if all rows of the request belong to the region
   * @param plan receives the slots of resident rows
   */
  void choose(
      RowRequest request,
      RegionRows byRegion,
      int region,
      Outbox outbox,
      CachePlan plan,
      RegionPlan regionPlan) {
    pending.begin(request, byRegion, region);
    if (pending.grown()) {
      hits = new SlotBatch(Math.min(slots.count(), pending.endEntry() - pending.firstEntry()));
    }
    regionPlan.clear();
    slots.beginRequest();
    lookUpRequest(request, plan, regionPlan);
    int missing = pending.missingRows();
    if (hits.count() + missing > slots.count()) {
      throw new TooManyRows();
    }
    findForwards(regionPlan, outbox);
    int evictions = Math.max(0, missing - (slots.count() - residents));
    pending.evictions(evictions);
    regionPlan.requireRoom(evictions);
    if (request.use() == RowRequest.Use.TRAIN) {
      policy.hit(hits);
    } else if (request.use() == RowRequest.Use.EVALUATE) {
      policy.nextUse(hits);
    }
    regionPlan.writeBacks =
        evictions > 0 ? policy.victims(plan.number(), evictions, pending.victims()) : 0;
  }

  private void lookUpRequest(RowRequest request, CachePlan plan, RegionPlan regionPlan) {
    boolean updates = request.updates();
    long[] rows = pending.rows();
    int[] occurrences = pending.occurrences();
    int[] requestPositions = pending.requestPositions();
    int[] slotOf = plan.slots;
    hits.begin(plan.number(), updates);
    long lookups = 0;
    int end = pending.endEntry();
    for (int start = pending.firstEntry(); start < end; start += BLOCK) {
      int block = Math.min(BLOCK, end - start);
      locations.get(rows, null, start, block, blockLocations);
      int resident = pending.separate(start, block, blockLocations, residentOffsets);
      // Marks rows dirty before it is certain that the plan is carried out. If it is not, the rows
      // are written back needlessly.
      slots.pin(blockLocations, resident, updates);
      for (int b = 0; b < resident; b++) {
        int entry = start + residentOffsets[b];
        int slot = blockLocations[b];
        slotOf[entry] = base + slot;
        lookups += occurrences[entry];
        int position = requestPositions == null ? entry : requestPositions[entry];
        hits.add(slot, rows[entry], occurrences[entry], request.nextUse(position));
      }
    }
    regionPlan.uniqueHits = hits.count();
    regionPlan.hits = lookups;
  }

  /**
   * Finds out which missing rows can be forwarded; the others must be loaded. Repeated if the
   * outbox gives up rows.
   */
  void findForwards(RegionPlan regionPlan, Outbox outbox) {
    int forwards = pending.findForwards(locations, outbox);
    regionPlan.forwards = forwards;
    regionPlan.loads = pending.missingRows() - forwards;
  }

  /** Makes the change, and writes evictions, loads and forwards to the region's stretches. */
  void commit(RowRequest request, Outbox outbox, CachePlan plan, RegionPlan regionPlan) {
    int missing = pending.missingRows();
    for (int from = 0; from < missing; from += CHUNK) {
      int to = Math.min(missing, from + CHUNK);
      int victimsTo = Math.min(pending.evictions(), to);
      // Brings the index entries into the fast cache.
      locations.get(pending.rows(), pending.missingEntries(), from, to - from, blockLocations);
      evictedRows.begin(plan.number(), request.updates());
      usedRows.begin(plan.number(), request.updates());
      if (from < victimsTo) {
        evict(from, victimsTo, outbox, plan, regionPlan);
      }
      admit(from, to, request, plan, regionPlan);
      policy.admit(usedRows);
    }
  }

  private void evict(int from, int to, Outbox outbox, CachePlan plan, RegionPlan regionPlan) {
    int[] victims = pending.victims();
    slots.rows(victims, from, to - from, victimRows);
    for (int v = from; v < to; v++) {
      evictedRows.add(victims[v], victimRows[v - from], 0, SlotBatch.UNKNOWN, 0);
    }
    policy.evicted(evictedRows, locations.maxNote());
    int count = evictedRows.count();
    int[] evictedSlots = evictedRows.slots();
    long[] rows = evictedRows.rows();
    int[] notes = evictedRows.notes();
    locations.get(rows, null, 0, count, blockLocations); // brings entries into the fast cache
    IntBuffer evictSlots = plan.moves().evictSlots();
    long[] writeBackRows = plan.writeBackRows();
    int eviction = regionPlan.evicted;
    for (int i = 0; i < count; i++) {
      int slot = evictedSlots[i];
      long row = rows[i];
      if (slots.vacate(slot)) {
        writeBackRows[eviction] = row;
        evictSlots.put(eviction, base + slot);
        locations.setOutRow(row, outbox.put(eviction++, row), notes[i]);
      } else {
        regionPlan.cleanSlots[regionPlan.clean] = slot;
        regionPlan.cleanRows[regionPlan.clean++] = row;
        locations.setAbsent(row, notes[i]);
      }
    }
    regionPlan.evicted = eviction;
  }

  /**
   * Puts missing rows into slots. A forwarded row counts as dirty: the store does not have its
   * value until the write-back of its eviction is done.
   */
  private void admit(int from, int to, RowRequest request, CachePlan plan, RegionPlan regionPlan) {
    boolean updates = request.updates();
    boolean learn = request.use() == RowRequest.Use.TRAIN;
    long[] rows = pending.rows();
    int[] occurrences = pending.occurrences();
    int[] requestPositions = pending.requestPositions();
    int[] missingEntries = pending.missingEntries();
    int[] missingLocations = pending.missingLocations();
    int[] victims = pending.victims();
    int evictions = pending.evictions();
    long[] loadRows = plan.loadRows();
    int[] loadPositions = plan.loadPositions();
    int[] slotOf = plan.slots;
    RowMoves moves = plan.moves();
    IntBuffer loadSlots = moves.loadSlots();
    int load = regionPlan.loaded;
    int forward = regionPlan.forwarded;
    for (int m = from; m < to; m++) {
      int slot = m < evictions ? victims[m] : residents++;
      int entry = missingEntries[m];
      int position = requestPositions == null ? entry : requestPositions[entry];
      long row = rows[entry];
      int location = missingLocations[m];
      int outRow = locations.outRow(location);
      boolean forwarded = outRow >= 0;
      if (!forwarded) {
        loadRows[load] = row;
        loadPositions[load] = position;
        loadSlots.put(load++, base + slot);
      } else {
        moves.forwardRows().put(forward, outRow);
        plan.forwardPositions()[forward] = position;
        moves.forwardSlots().put(forward++, base + slot);
      }
      slots.occupy(slot, row, updates || forwarded);
      locations.setSlot(row, slot);
      slotOf[entry] = base + slot;
      usedRows.add(
          slot,
          row,
          learn ? occurrences[entry] : 0,
          request.nextUse(position),
          locations.note(location));
    }
    regionPlan.loaded = load;
    regionPlan.forwarded = forward;
    // Rows beyond the victims took slots that were free.
    regionPlan.filled += to - Math.max(from, Math.min(evictions, to));
  }

  /** Drops the locations of rows that can no longer be forwarded. */
  void expire(Outbox outbox) {
    for (long handedOut = outbox.expiredFrom(); handedOut < outbox.expiredTo(); handedOut++) {
      int outRow = outbox.outRow(handedOut);
      locations.expire(outbox.row(outRow), outRow);
    }
  }

  /**
   * Tells the policy which resident rows batch {@code batch} uses.
   *
   * @param positions request positions of the rows whose use became known
   */
  void announce(long batch, RowRequest request, int[] positions, int count) {
    long[] rows = request.rows();
    for (int from = 0; from < count; from += CHUNK) {
      int chunk = Math.min(CHUNK, count - from);
      locations.get(rows, positions, from, chunk, blockLocations);
      usedRows.begin(batch, false);
      // Without a branch, as in PendingPlan.separate.
      int resident = 0;
      for (int i = 0; i < chunk; i++) {
        int location = blockLocations[i];
        blockLocations[resident] = location;
        residentOffsets[resident] = i;
        resident += 1 - RowLocations.absent(location);
      }
      for (int r = 0; r < resident; r++) {
        usedRows.add(blockLocations[r], rows[positions[from + residentOffsets[r]]], 0, batch);
      }
      if (usedRows.count() > 0) {
        policy.nextUse(usedRows);
      }
    }
  }

  /**
   * Undoes the last plan as far as it was committed: its rows leave, its victims return to their
   * slots.
   */
  void undo(CachePlan plan, RegionPlan regionPlan) {
    RowMoves moves = plan.moves();
    vacate(moves.loadSlots(), regionPlan.firstLoad, regionPlan.loaded);
    vacate(moves.forwardSlots(), regionPlan.firstForward, regionPlan.forwarded);
    residents -= regionPlan.filled;
    for (int e = regionPlan.firstEviction; e < regionPlan.evicted; e++) {
      putBack(moves.evictSlots().get(e) - base, plan.writeBackRows()[e], true);
    }
    for (int c = 0; c < regionPlan.clean; c++) {
      putBack(regionPlan.cleanSlots[c], regionPlan.cleanRows[c], false);
    }
    regionPlan.clear();
  }

  private void vacate(IntBuffer cacheSlots, int from, int to) {
    for (int i = from; i < to; i++) {
      int slot = cacheSlots.get(i) - base;
      locations.setAbsent(slots.row(slot), 0);
      slots.vacate(slot);
    }
  }

  private void putBack(int slot, long row, boolean dirty) {
    slots.restore(slot, row, dirty);
    locations.setSlot(row, slot);
  }

  /** Writes the rows in the slots, all of them clean, and the policy's state. */
  void save(DataOutput out) throws IOException {
    out.writeInt(residents);
    for (int slot = 0; slot < residents; slot++) {
      out.writeLong(slots.row(slot));
    }
    policy.save(out);
  }

  /** Reads what {@link #save} wrote. The region must be empty. */
  void restore(DataInput in) throws IOException {
    residents = in.readInt();
    for (int slot = 0; slot < residents; slot++) {
      putBack(slot, in.readLong(), false);
    }
    policy.restore(in);
  }

  /** Looks rows up without planning: the slot of each, or {@link RowIndex#ABSENT}. */
  void lookUp(long[] rows, int count, int[] slotOf) {
    for (int from = 0; from < count; from += BLOCK) {
      int block = Math.min(BLOCK, count - from);
      locations.get(rows, null, from, block, blockLocations);
      for (int i = 0; i < block; i++) {
        int location = blockLocations[i];
        slotOf[from + i] = location >= 0 ? base + location : RowIndex.ABSENT;
      }
    }
  }

  /** Bytes on the heap, without policy and locations. */
  static long heapBytes(int slots, int usualRows) {
    int usualResident = Math.min(slots, usualRows);
    return SlotStates.heapBytes(slots)
        + SlotBatch.heapBytes(usualResident)
        + PendingPlan.heapBytes(usualRows, usualResident)
        + 2 * SlotBatch.heapBytes(CHUNK)
        + (2L * Integer.BYTES + Long.BYTES) * CHUNK;
  }
}
