package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.BagExchange;
import dev.farsight.api.compute.RowExchange;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * Adds up the rows in slots of this rank that the bags of all ranks look up, in lookup order: each
 * brought to its largest norm, times the weight of its lookup. Bags are cut into tasks that may run
 * at once. Allocates nothing.
 */
final class OwnedBags {

  private static final int BAGS_A_TASK = 256;
  private static final int AHEAD = 64;

  private final StepParts parts;
  private final RowTraffic traffic;
  private final BagTraffic bags;
  private final Room[] rooms;

  /** What one worker needs. */
  private static final class Room {

    final float[] sum;
    final float[] row;
    final int[] slots = new int[AHEAD];

    Room(int dim) {
      sum = new float[dim];
      row = new float[dim];
    }
  }

  OwnedBags(StepParts parts, RowTraffic traffic, BagTraffic bags) {
    this.parts = parts;
    this.traffic = traffic;
    this.bags = bags;
    this.rooms = new Room[parts.workers()];
    Arrays.setAll(rooms, w -> new Room(parts.spec().format().dim()));
  }

  /** Begins a step; returns how many tasks there are. */
  int begin(RowExchange exchange) {
    return (bags.begin(exchange) + BAGS_A_TASK - 1) / BAGS_A_TASK;
  }

  /** Adds up the rows of a task's bags. */
  void sum(RowExchange exchange, int task, Scratch scratch) {
    IntBuffer starts = exchange.bags().bagStarts();
    int from = task * BAGS_A_TASK;
    int end = Math.min(from + BAGS_A_TASK, bags.count());
    int last = starts.get(end);
    Room room = rooms[scratch.worker()];
    int lookup = starts.get(from);
    int located = lookup;
    int first = lookup;
    for (int bag = from; bag < end; bag++) {
      int to = starts.get(bag + 1);
      boolean empty = lookup == to;
      for (int k = lookup; k < to; k++) {
        if (k == located) {
          first = k;
          located = locate(exchange, k, Math.min(last, k + AHEAD), room, scratch);
        }
        read(exchange, k, room.slots[k - first], room, scratch);
        if (k == lookup) {
          System.arraycopy(room.row, 0, room.sum, 0, room.sum.length);
        } else {
          add(room.sum, room.row);
        }
      }
      if (empty) {
        Arrays.fill(room.sum, 0f);
      }
      bags.putSum(bag, room.sum);
      lookup = to;
    }
  }

  /** Finds and touches the slots of lookups [from, to); returns {@code to}. */
  private int locate(RowExchange exchange, int from, int to, Room room, Scratch scratch) {
    IntBuffer rows = exchange.bags().lookupRows();
    for (int k = from; k < to; k++) {
      room.slots[k - from] = exchange.ownedSlots().get(rows.get(k));
    }
    traffic.slots().touch(room.slots, to - from, scratch);
    return to;
  }

  private void read(RowExchange exchange, int lookup, int slot, Room room, Scratch scratch) {
    BagExchange of = exchange.bags();
    int dim = room.row.length;
    traffic.slotRows()[scratch.worker()].copyWeights(slot, room.row, 0);
    if (parts.scales().any()) {
      long id = exchange.ownedIds()[of.lookupRows().get(lookup)];
      RowScales.scale(room.row, 0, dim, parts.scales().of(room.row, dim, id));
    }
    FloatBuffer weights = of.lookupWeights();
    if (weights != null) {
      RowScales.scale(room.row, 0, dim, weights.get(lookup));
    }
  }

  private static void add(float[] sum, float[] row) {
    for (int d = 0; d < sum.length; d++) {
      sum[d] += row[d];
    }
  }
}
