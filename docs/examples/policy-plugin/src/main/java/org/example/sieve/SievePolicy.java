package org.example.sieve;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.SlotBatch;
import dev.farsight.api.config.Settings;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * SIEVE (Zhang and others, NSDI 2024): rows queue in the order in which they came. A hand moves
 * from the oldest towards the newest and begins anew at the oldest; it evicts the first row that
 * was not hit since it last passed, and spares the others. New rows join at the end, so that rows
 * hit once and never again are sifted out quickly.
 *
 * <p>A hit is one write. Every row that the hand spares has been hit since, so finding victims
 * costs O(hits + victims + pinned slots met), amortised. 9 bytes a slot; allocates nothing after
 * construction.
 */
final class SievePolicy implements CachePolicy {

  private static final byte FREE = -1;

  /*
   * The queue is a ring of slots closed by a sentinel, which stands behind the last slot:
   *
   *   sentinel <-> oldest <-> ... <-> newest <-> sentinel
   */
  private final int[] next;
  private final int[] previous;
  private final int sentinel;

  /** By slot, how many times the hand still spares it. */
  private final byte[] chances;

  private final byte most;
  private int hand;

  /**
   * @param most how many times the hand passes over a row that was hit
   */
  SievePolicy(int slots, int most) {
    this.next = new int[slots + 1];
    this.previous = new int[slots + 1];
    this.sentinel = slots;
    this.chances = new byte[slots];
    this.most = (byte) most;
    reset();
  }

  @Override
  public void hit(SlotBatch rows) {
    for (int i = 0; i < rows.count(); i++) {
      chances[rows.slots()[i]] = most;
    }
  }

  @Override
  public void admit(SlotBatch rows) {
    for (int i = 0; i < rows.count(); i++) {
      append(rows.slots()[i]);
    }
  }

  @Override
  public int victims(int count, Pins pins, int[] slots) {
    int found = 0;
    while (found < count) {
      int slot = hand;
      hand = next[slot];
      if (slot == sentinel) {
        continue;
      }
      if (chances[slot] > 0) {
        chances[slot]--;
      } else if (!pins.pinned(slot)) {
        unlink(slot);
        slots[found++] = slot;
      }
    }
    return found;
  }

  @Override
  public void evicted(SlotBatch rows) {} // they were unlinked when they were chosen

  private void append(int slot) {
    chances[slot] = 0;
    link(previous[sentinel], slot);
    link(slot, sentinel);
  }

  private void unlink(int slot) {
    chances[slot] = FREE;
    link(previous[slot], next[slot]);
  }

  private void link(int before, int after) {
    next[before] = after;
    previous[after] = before;
  }

  @Override
  public void reset() {
    Arrays.fill(chances, FREE);
    link(sentinel, sentinel);
    hand = sentinel;
  }

  @Override
  public void save(DataOutput out) throws IOException {
    out.writeInt(sentinel);
    for (int slot = next[sentinel]; slot != sentinel; slot = next[slot]) {
      out.writeInt(slot);
      out.writeByte(chances[slot]);
    }
    out.writeInt(sentinel);
    out.writeInt(hand);
  }

  @Override
  public void restore(DataInput in) throws IOException {
    int saved = in.readInt();
    if (saved != sentinel) {
      throw new FarsightException("sieve: saved with " + saved + " slots, not " + sentinel);
    }
    reset();
    for (int slot = in.readInt(); slot != sentinel; slot = in.readInt()) {
      append(slot);
      chances[slot] = in.readByte();
    }
    hand = in.readInt();
  }

  @Override
  public void checkInvariants() {
    int queued = 0;
    for (int slot = next[sentinel]; slot != sentinel; slot = next[slot]) {
      if (previous[next[slot]] != slot || ++queued > sentinel) {
        throw new IllegalStateException("sieve: the queue is broken at slot " + slot);
      }
      if (chances[slot] < 0 || chances[slot] > most) {
        throw new IllegalStateException(
            "sieve: slot " + slot + " has " + chances[slot] + " chances");
      }
    }
    int resident = 0;
    for (byte left : chances) {
      resident += left == FREE ? 0 : 1;
    }
    if (resident != queued) {
      throw new IllegalStateException(
          "sieve: " + resident + " rows are here, " + queued + " in the queue");
    }
  }

  /** Makes {@link SievePolicy}. */
  static final class Factory implements CachePolicyFactory {

    @Override
    public String name() {
      return "sieve";
    }

    @Override
    public void check(Settings own) {
      chances(own);
    }

    @Override
    public CachePolicy create(PolicyContext context) {
      return new SievePolicy(context.slots(), chances(context.own()));
    }

    private static int chances(Settings own) {
      return own.integer("chances", 1, 100);
    }
  }
}
