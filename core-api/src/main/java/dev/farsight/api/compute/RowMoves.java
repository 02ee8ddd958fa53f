package dev.farsight.api.compute;

import dev.farsight.api.memory.HostBuffers;
import java.nio.IntBuffer;

/**
 * The rows that a plan moves. Preallocated; filled by the planner, read by {@link SlotMemory#move}.
 *
 * <pre>
 * eviction i: slot evictSlots[i]                 to   out-ring row outFrom + i
 * load i:     in-ring row inFrom + i             to   slot loadSlots[i]
 * forward i:  out-ring row forwardRows[i]        to   slot forwardSlots[i]
 * </pre>
 *
 * No two evictions have the same slot. No two loads or forwards have the same slot. A slot is often
 * both evicted and loaded.
 */
public final class RowMoves {

  private final IntBuffer evictSlots;
  private final IntBuffer loadSlots;
  private final IntBuffer forwardSlots;
  private final IntBuffer forwardRows;
  private int evictions;
  private int loads;
  private int forwards;
  private int outFrom;
  private int inFrom;

  /** Allocates room for {@code capacity} moves of each kind. */
  public RowMoves(int capacity, HostBuffers buffers) {
    evictSlots = buffers.ints(capacity);
    loadSlots = buffers.ints(capacity);
    forwardSlots = buffers.ints(capacity);
    forwardRows = buffers.ints(capacity);
  }

  /** Removes all moves. */
  public void clear() {
    evictions = 0;
    loads = 0;
    forwards = 0;
  }

  /**
   * Sets how many moves of each kind there are. For a planner that fills the lists in parallel, by
   * position.
   */
  public void counts(int evictions, int loads, int forwards) {
    this.evictions = evictions;
    this.loads = loads;
    this.forwards = forwards;
  }

  public void evict(int slot) {
    evictSlots.put(evictions++, slot);
  }

  public void load(int slot) {
    loadSlots.put(loads++, slot);
  }

  public void forward(int outRow, int slot) {
    forwardRows.put(forwards, outRow);
    forwardSlots.put(forwards++, slot);
  }

  public IntBuffer evictSlots() {
    return evictSlots;
  }

  public IntBuffer loadSlots() {
    return loadSlots;
  }

  public IntBuffer forwardSlots() {
    return forwardSlots;
  }

  public IntBuffer forwardRows() {
    return forwardRows;
  }

  public int evictions() {
    return evictions;
  }

  public int loads() {
    return loads;
  }

  public int forwards() {
    return forwards;
  }

  /** Out-ring row of the first eviction; the rows of the other evictions follow without a gap. */
  public int outFrom() {
    return outFrom;
  }

  public void outFrom(int ringRow) {
    outFrom = ringRow;
  }

  /** In-ring row of the first load; the rows of the other loads follow without a gap. */
  public int inFrom() {
    return inFrom;
  }

  public void inFrom(int ringRow) {
    inFrom = ringRow;
  }

  /** Bytes of the moves in host buffers. */
  public static long bufferBytes(int capacity) {
    return 4L * Integer.BYTES * capacity;
  }
}
