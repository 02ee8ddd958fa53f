package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;
import java.util.ArrayList;
import java.util.List;

/**
 * Updates a share of the rows in slots of this rank that any rank has looked up: sums the gradients
 * of the ranks, in their order, then runs the optimizer once, on the row brought to its largest
 * norm.
 */
final class OwnedRowUpdates implements Update {

  private static final int AHEAD = 64;

  private final StepParts parts;
  private final RowTraffic traffic;
  private final int share;
  private final Room[] rooms;

  /** What one worker needs. */
  private static final class Room {

    final RowUpdater updater;
    final float[] sum;
    final float[] gradient;

    Room(RowUpdater updater, int dim) {
      this.updater = updater;
      this.sum = new float[dim];
      this.gradient = new float[dim];
    }
  }

  private OwnedRowUpdates(StepParts parts, RowTraffic traffic, int share, Room[] rooms) {
    this.parts = parts;
    this.traffic = traffic;
    this.share = share;
    this.rooms = rooms;
  }

  /** All shares. */
  static List<OwnedRowUpdates> of(StepParts parts, RowTraffic traffic) {
    int dim = parts.spec().format().dim();
    var rooms = new Room[parts.workers()];
    for (int w = 0; w < rooms.length; w++) {
      var updater = new RowUpdater(traffic.slotRows()[w], parts.rules().rows(), dim);
      rooms[w] = new Room(updater, dim);
    }
    var shares = new ArrayList<OwnedRowUpdates>();
    for (int share = 0; share < RowShares.SHARES; share++) {
      shares.add(new OwnedRowUpdates(parts, traffic, share, rooms));
    }
    return shares;
  }

  @Override
  public void run(StepInput input, Scratch scratch) {
    var exchange = input.exchange();
    var scales = parts.scales();
    var room = rooms[scratch.worker()];
    int from = RowShares.firstOwned(exchange, share);
    int end = RowShares.firstOwned(exchange, share + 1);
    int saturated = 0;
    room.updater.begin(input.step(), exchange.ownedIds());
    for (int o = from; o < end; o++) {
      if ((o - from) % AHEAD == 0) {
        traffic.slots().touch(exchange.ownedSlots(), o, Math.min(end, o + AHEAD), scratch);
      }
      traffic.sumGradients(exchange, o, room.gradient, room.sum);
      float[] weights = room.updater.take(exchange.ownedSlots().get(o));
      if (scales.any()) {
        int dim = room.sum.length;
        RowScales.scale(weights, 0, dim, scales.of(weights, dim, exchange.ownedIds()[o]));
      }
      int own = room.updater.update(o, room.sum);
      if (own > 0 && (traffic.rank() == 0 || !exchange.replicated(o))) {
        saturated += own;
      }
    }
    if (saturated > 0) {
      parts.saturated().addAndGet(saturated);
    }
  }

  @Override
  public long cost() {
    // As for the gradients of a rank: the greatest there are.
    return (long) parts.spec().schema().features().size() * parts.spec().format().dim();
  }
}
