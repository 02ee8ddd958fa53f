package dev.farsight.testkit.cache;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** What a {@link PolicyHarness} has counted since it was made. */
public final class HarnessStats {

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private long lookups;
  private long lookupHits;
  private long uniqueRows;
  private long uniqueHits;
  private int[] victims = new int[64];
  private long[] victimBatches = new long[64];
  private int victimCount;
  private long allocated;
  private long entered;
  long pinsAsked;

  HarnessStats() {}

  /** Lookups of rows, and those whose row was resident when the batch was planned. */
  public double hitRatio() {
    return (double) lookupHits / lookups;
  }

  /** Share of the unique rows of batches that were resident when the batch was planned. */
  public double uniqueHitRatio() {
    return (double) uniqueHits / uniqueRows;
  }

  /** Unique rows of all batches together. */
  public long uniqueRows() {
    return uniqueRows;
  }

  /** Rows evicted. */
  public int victimCount() {
    return victimCount;
  }

  /** How often the policy asked whether a slot is pinned. */
  public long pinsAsked() {
    return pinsAsked;
  }

  /** Bytes on the heap that the policy allocated within its calls. */
  public long allocatedBytes() {
    return allocated;
  }

  int[] victims(int from) {
    return Arrays.copyOfRange(victims, from, victimCount);
  }

  void lookup(int occurrences, boolean hit) {
    lookups += occurrences;
    uniqueRows++;
    if (hit) {
      lookupHits += occurrences;
      uniqueHits++;
    }
  }

  /** The batch that a victim was named for. */
  long victimBatch(int victim) {
    return victimBatches[victim];
  }

  void victim(int slot, long batch) {
    if (victimCount == victims.length) {
      victims = Arrays.copyOf(victims, 2 * victimCount);
      victimBatches = Arrays.copyOf(victimBatches, 2 * victimCount);
    }
    victimBatches[victimCount] = batch;
    victims[victimCount++] = slot;
  }

  void enterPolicy() {
    entered = threads.getCurrentThreadAllocatedBytes();
  }

  void leavePolicy() {
    allocated += threads.getCurrentThreadAllocatedBytes() - entered;
  }
}
