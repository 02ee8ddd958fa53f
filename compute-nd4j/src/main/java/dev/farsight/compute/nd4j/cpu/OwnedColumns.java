package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.concurrent.Workers;
import java.util.ArrayList;
import java.util.List;

/**
 * Updates this rank's columns of the rows that any rank has looked up. As {@link OwnedRowUpdates},
 * but what depends on a whole row is summed over ranks first: its norm, if it has a largest one,
 * and the squares of its gradient, if the optimizer keeps one number for the row. Where gradients
 * are summed for their squares, the sums take the place of the first gradient.
 */
final class OwnedColumns {

  private static final int AHEAD = 64;

  private final StepParts parts;
  private final RowTraffic traffic;
  private final RowwiseAdagradRule rowwise;
  private final RowTotals norms;
  private final RowTotals squares;
  private final Room[] rooms;
  private final int width;
  private final Workers.Task measure = (share, worker) -> measure(share, scratch()[worker]);
  private final Workers.Task sum = (share, worker) -> sum(share, scratch()[worker]);
  private StepInput input;
  private Scratch[] scratch;

  /** What one worker needs. */
  private static final class Room {

    final RowUpdater updater;
    final float[] sum;
    final float[] gradient;

    Room(RowUpdater updater, int width) {
      this.updater = updater;
      this.sum = new float[width];
      this.gradient = new float[width];
    }
  }

  OwnedColumns(StepParts parts, RowTraffic traffic) {
    StepSpec spec = parts.spec();
    this.parts = parts;
    this.traffic = traffic;
    this.width = spec.slotFormat().dim();
    this.rowwise = parts.rules().rows() instanceof RowwiseAdagradRule rule ? rule : null;
    this.norms = parts.scales().any() ? totals() : null;
    this.squares = rowwise == null ? null : totals();
    this.rooms = new Room[parts.workers()];
    for (int w = 0; w < rooms.length; w++) {
      var updater = new RowUpdater(traffic.slotRows()[w], parts.rules().rows(), width);
      rooms[w] = new Room(updater, width);
    }
  }

  private RowTotals totals() {
    int rows = parts.spec().exchange().maxOwnedRows();
    return new RowTotals(traffic.collective(), rows, parts.memory());
  }

  /** Bytes off-heap. */
  static long bytes(StepSpec spec) {
    var shape = spec.exchange();
    if (!shape.columns() || spec.optimizer().freezeRows()) {
      return 0;
    }
    boolean rowwise = spec.optimizer().rows() instanceof UpdateRule.RowwiseAdagrad;
    long totals = (spec.maxNorms().any() ? 1L : 0) + (rowwise ? 1 : 0);
    return totals * RowTotals.bytes(shape.ranks(), shape.maxOwnedRows());
  }

  private Scratch[] scratch() {
    return scratch;
  }

  /**
   * Sums over ranks what the updates of a step need; waits for the other ranks.
   *
   * @param scratch by worker
   */
  void prepare(StepInput input, Workers workers, Scratch[] scratch) {
    this.input = input;
    this.scratch = scratch;
    if (norms != null) {
      workers.run(RowShares.SHARES, measure);
      norms.exchange(input.exchange().ownedRows());
    }
    if (squares != null) {
      workers.run(RowShares.SHARES, sum);
      squares.exchange(input.exchange().ownedRows());
    }
  }

  /** The updates, once they are prepared. */
  List<Update> updates() {
    List<Update> shares = new ArrayList<>();
    long cost = (long) parts.spec().schema().features().size() * parts.spec().format().dim();
    for (int share = 0; share < RowShares.SHARES; share++) {
      shares.add(new Share(share, cost));
    }
    return shares;
  }

  private static int firstRow(RowExchange exchange, int share) {
    return RowShares.firstRow(exchange.gradientStarts(), exchange.ownedRows(), share);
  }

  private void touch(RowExchange exchange, int row, int from, int end, Scratch own) {
    if ((row - from) % AHEAD == 0) {
      traffic.slots().touch(exchange.ownedSlots(), row, Math.min(end, row + AHEAD), own);
    }
  }

  private void measure(int share, Scratch own) {
    var exchange = input.exchange();
    var updater = rooms[own.worker()].updater;
    int from = firstRow(exchange, share);
    int end = firstRow(exchange, share + 1);
    for (int o = from; o < end; o++) {
      touch(exchange, o, from, end, own);
      float[] weights = updater.take(exchange.ownedSlots().get(o));
      norms.put(o, (float) RowScales.squares(weights, width));
    }
  }

  private void sum(int share, Scratch own) {
    var exchange = input.exchange();
    var room = rooms[own.worker()];
    int from = firstRow(exchange, share);
    int end = firstRow(exchange, share + 1);
    for (int o = from; o < end; o++) {
      touch(exchange, o, from, end, own);
      traffic.sumGradients(exchange, o, room.gradient, room.sum);
      squares.put(o, rowwise.squares(take(room, exchange, o), room.sum));
      traffic.replaceGradient(first(exchange, o), room.sum);
    }
  }

  /** Position of the first gradient of an owned row. */
  private static int first(RowExchange exchange, int o) {
    return exchange.gradients().get(exchange.gradientStarts().get(o));
  }

  /** The weights of an owned row, brought to its largest norm. */
  private float[] take(Room room, RowExchange exchange, int o) {
    float[] weights = room.updater.take(exchange.ownedSlots().get(o));
    if (norms != null) {
      float scale = parts.scales().ofSquares(norms.of(o), exchange.ownedIds()[o]);
      RowScales.scale(weights, 0, width, scale);
    }
    return weights;
  }

  /** The updates of a share of the rows. */
  private final class Share implements Update {

    private final int share;
    private final long cost;

    Share(int share, long cost) {
      this.share = share;
      this.cost = cost;
    }

    @Override
    public void run(StepInput input, Scratch scratch) {
      var exchange = input.exchange();
      var room = rooms[scratch.worker()];
      int from = firstRow(exchange, share);
      int end = firstRow(exchange, share + 1);
      int saturated = 0;
      room.updater.begin(input.step(), exchange.ownedIds());
      for (int o = from; o < end; o++) {
        touch(exchange, o, from, end, scratch);
        take(room, exchange, o);
        saturated += update(room, exchange, o);
      }
      if (saturated > 0) {
        parts.saturated().addAndGet(saturated);
      }
    }

    private int update(Room room, RowExchange exchange, int o) {
      if (squares == null) {
        traffic.sumGradients(exchange, o, room.gradient, room.sum);
        return room.updater.update(o, room.sum);
      }
      traffic.getGradient(exchange, first(exchange, o), room.sum);
      return room.updater.update(o, room.sum, squares.of(o));
    }

    @Override
    public long cost() {
      return cost;
    }
  }
}
