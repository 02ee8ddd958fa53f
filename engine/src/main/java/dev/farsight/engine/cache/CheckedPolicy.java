package dev.farsight.engine.cache;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.SlotBatch;
import dev.farsight.engine.attribution.PluginCalls;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Locale;

/**
 * Wraps a region's policy, which may come from any plugin. A failure names the policy, its plugin
 * and the batch. Each victim is checked, because a policy only ranks rows. A check reads the slot's
 * mark, which the region needs anyway.
 */
final class CheckedPolicy {

  private final CachePolicy policy;
  private final PluginCalls calls;
  private final String region;
  private final SlotStates slots;
  private final Pins pins;

  CheckedPolicy(CachePolicy policy, PluginCalls calls, String region, SlotStates slots) {
    this.policy = policy;
    this.calls = calls;
    this.region = region;
    this.slots = slots;
    pins = slots::pinned;
  }

  /** Writes the policy's state. */
  void save(DataOutput out) throws IOException {
    try {
      policy.save(out);
    } catch (RuntimeException | Error e) {
      throw calls.failure("CachePolicy.save", e);
    }
  }

  /** Reads the policy's state. */
  void restore(DataInput in) throws IOException {
    try {
      policy.restore(in);
    } catch (RuntimeException | Error e) {
      throw calls.failure("CachePolicy.restore", e);
    }
  }

  void hit(SlotBatch rows) {
    try {
      policy.hit(rows);
    } catch (RuntimeException | Error e) {
      throw failed("hit", rows.batch(), e);
    }
  }

  void nextUse(SlotBatch rows) {
    try {
      policy.nextUse(rows);
    } catch (RuntimeException | Error e) {
      throw failed("nextUse", rows.batch(), e);
    }
  }

  /** Rows leave. The policy's note on each must be from 0 to {@code maxNote}. */
  void evicted(SlotBatch rows, int maxNote) {
    try {
      policy.evicted(rows);
    } catch (RuntimeException | Error e) {
      throw failed("evicted", rows.batch(), e);
    }
    int[] notes = rows.notes();
    for (int i = 0; i < rows.count(); i++) {
      if (notes[i] < 0 || notes[i] > maxNote) {
        throw cheating(
            String.format(
                Locale.ROOT,
                "noted %d of row %d, which is not from 0 to %d",
                notes[i],
                rows.rows()[i],
                maxNote));
      }
    }
  }

  void admit(SlotBatch rows) {
    try {
      policy.admit(rows);
    } catch (RuntimeException | Error e) {
      throw failed("admit", rows.batch(), e);
    }
  }

  /**
   * Asks the policy for victims, checks them, and marks them as chosen.
   *
   * @return how many victims are dirty
   */
  int victims(long batch, int wanted, int[] victims) {
    int chosen;
    try {
      chosen = policy.victims(wanted, pins, victims);
    } catch (RuntimeException | Error e) {
      throw failed("victims", batch, e);
    }
    if (chosen != wanted) {
      throw cheating("named " + chosen + " victims of " + wanted + " wanted");
    }
    int dirty = 0;
    for (int v = 0; v < wanted; v++) {
      check(victims[v]);
      dirty += slots.choose(victims[v]) ? 1 : 0;
    }
    return dirty;
  }

  private void check(int slot) {
    if (slot < 0 || slot >= slots.count()) {
      throw cheating("named slot " + slot + " of " + slots.count() + " as a victim");
    }
    if (!slots.occupied(slot)) {
      throw cheating("named slot " + slot + " as a victim, which holds no row");
    }
    if (slots.pinned(slot)) {
      throw cheating(victim(slot) + ", which the batch being planned uses");
    }
    if (slots.chosen(slot)) {
      throw cheating(victim(slot) + " twice");
    }
  }

  private String victim(int slot) {
    return "named slot " + slot + " (row " + slots.row(slot) + ") as a victim";
  }

  private FarsightException cheating(String what) {
    return calls.broken("it %s (in %s)".formatted(what, region));
  }

  private FarsightException failed(String method, long batch, Throwable e) {
    return calls.failure("CachePolicy." + method + " at batch " + batch, e);
  }
}
