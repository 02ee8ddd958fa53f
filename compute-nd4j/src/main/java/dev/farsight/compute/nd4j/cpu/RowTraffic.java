package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.compute.StepSpec;
import java.nio.FloatBuffer;

/**
 * The rows that this rank sends and receives in a step: weights on their way from slots to samples,
 * then gradients on their way back, in the same two buffers. All travel as float32, which holds
 * weights of 16 bits exactly. Takes 4 bytes for each weight of the rows that the exchange's shape
 * allows.
 *
 * <p>Where each rank has columns of all rows, the columns of every rank arrive one block behind the
 * other, and are joined to rows for the samples to read; gradients are put back into blocks. That
 * takes the memory of a rank's unique rows once more.
 */
final class RowTraffic {

  private static final int ROWS_A_TASK = 512;

  private final Collective collective;

  /** Null if all tables exchange rows. */
  private final BagTraffic bags;

  private final int rank;
  private final int dim;

  /** Weights of what travels: of a row, or of a rank's columns of one. */
  private final int width;

  private final RowMemory slots;
  private final SlotRows[] slotRows;
  private final float[][] rooms;

  /** By send position. */
  private final FloatBuffer atOwner;

  /** By arrival position; of columns, rank by rank. */
  private final FloatBuffer atSamples;

  /** By arrival position: whole rows. */
  private final FloatBuffer rows;

  /** Gradients of the replicated rows that this rank looks up, in the order of arrival. */
  private final FloatBuffer replicated;

  /** Those of all ranks. */
  private final FloatBuffer gathered;

  private final int[] sentFloats;
  private final int[] askedFloats;
  private final int[] gatheredFloats;

  /**
   * @param slotRows of the slots, by worker
   * @param bags the exchange of sums of bags; null if there is none
   */
  RowTraffic(
      StepSpec spec,
      RowMemory slots,
      SlotRows[] slotRows,
      Collective collective,
      BagTraffic bags,
      NativeMemory memory) {
    var shape = spec.exchange();
    this.bags = bags;
    this.collective = collective;
    this.rank = collective.rank();
    this.dim = spec.format().dim();
    this.width = spec.slotFormat().dim();
    this.slots = slots;
    this.slotRows = slotRows;
    this.rooms = new float[slotRows.length][width];
    this.atOwner = memory.floats((long) shape.maxSentRows() * width);
    this.atSamples = memory.floats((long) shape.maxUniqueRows() * dim);
    this.rows =
        shape.columns() ? memory.floats((long) shape.maxUniqueRows() * dim) : this.atSamples;
    this.replicated = memory.floats(shape.replicates() ? (long) shape.maxUniqueRows() * dim : 0);
    this.gathered = memory.floats((long) shape.maxGatheredRows() * dim);
    this.sentFloats = new int[shape.ranks() + 1];
    this.askedFloats = new int[shape.ranks() + 1];
    this.gatheredFloats = new int[shape.ranks() + 1];
  }

  /** Bytes of the buffers. */
  static long bytes(StepSpec spec) {
    var shape = spec.exchange();
    long unique = (shape.replicates() || shape.columns() ? 2L : 1L) * shape.maxUniqueRows();
    long weights =
        (long) shape.maxSentRows() * spec.slotFormat().dim()
            + (unique + shape.maxGatheredRows()) * spec.format().dim();
    return weights * Float.BYTES;
  }

  RowMemory slots() {
    return slots;
  }

  /** Of the slots, by worker. */
  SlotRows[] slotRows() {
    return slotRows;
  }

  /** The rows that arrive, by arrival position. */
  RowMemory arrived() {
    return RowMemory.ofWeights(dim, rows);
  }

  int rank() {
    return rank;
  }

  /** Begins a step; returns how many tasks copy the weights that are sent. */
  int begin(RowExchange exchange) {
    for (int p = 0; p < sentFloats.length; p++) {
      sentFloats[p] = exchange.sendStarts()[p] * width;
      askedFloats[p] = exchange.askedStarts()[p] * width;
      gatheredFloats[p] = exchange.gatherStarts()[p] * width;
    }
    return tasks(rowsToCopy(exchange));
  }

  private static int tasks(int rows) {
    return (rows + ROWS_A_TASK - 1) / ROWS_A_TASK;
  }

  /** The rows that are sent, and the replicated ones that are looked up. */
  private int rowsToCopy(RowExchange exchange) {
    int ownReplicated = exchange.gatherStarts()[rank + 1] - exchange.gatherStarts()[rank];
    return exchange.sentRows() + ownReplicated;
  }

  /** Copies the weights of a task's rows from slots. */
  void copy(RowExchange exchange, int task, Scratch scratch) {
    var rows = slotRows[scratch.worker()];
    float[] weights = rooms[scratch.worker()];
    int sent = exchange.sentRows();
    int end = Math.min((task + 1) * ROWS_A_TASK, rowsToCopy(exchange));
    for (int k = task * ROWS_A_TASK; k < end; k++) {
      int slot = exchange.ownedSlots().get(exchange.sendRows().get(k));
      rows.copyWeights(slot, weights, 0);
      if (k < sent) {
        atOwner.put(k * width, weights, 0, width);
      } else {
        atSamples.put((exchange.askedRows() + k - sent) * width, weights, 0, width);
      }
    }
  }

  /** Sends weights and receives those that were asked for. */
  void sendWeights() {
    collective.allToAllv(atOwner, sentFloats, atSamples, askedFloats);
  }

  /** Of what is divided by columns: how many unique rows have arrived; 0 if rows are whole. */
  private int joinedRows(RowExchange exchange) {
    return exchange.shape().columns() ? exchange.askedStarts()[1] : 0;
  }

  /** How many tasks join columns to rows, once they have arrived. */
  int joins(RowExchange exchange) {
    return tasks(joinedRows(exchange));
  }

  /** Joins the columns of a task's rows. */
  void join(RowExchange exchange, int task) {
    int count = joinedRows(exchange);
    int end = Math.min((task + 1) * ROWS_A_TASK, count);
    for (int row = task * ROWS_A_TASK; row < end; row++) {
      for (int p = 0; p * width < dim; p++) {
        rows.put(row * dim + p * width, atSamples, (p * count + row) * width, width);
      }
    }
  }

  /** Puts the gradient of a unique row where it is sent from, by arrival position. */
  void putGradient(RowExchange exchange, int arrival, float[] gradient) {
    int asked = exchange.askedRows();
    if (width < dim) {
      int count = joinedRows(exchange);
      for (int p = 0; p * width < dim; p++) {
        atSamples.put((p * count + arrival) * width, gradient, p * width, width);
      }
    } else if (arrival < asked) {
      atSamples.put(arrival * dim, gradient, 0, dim);
    } else {
      replicated.put((arrival - asked) * dim, gradient, 0, dim);
    }
  }

  /** Sends gradients to the owners of rows, and receives those of its own. */
  void sendGradients() {
    collective.allToAllv(atSamples, askedFloats, atOwner, sentFloats);
    if (gathered.capacity() > 0) {
      collective.allGather(replicated, gathered, gatheredFloats);
    }
    if (bags != null) {
      bags.sendGradients();
    }
  }

  /** Copies the gradient at a position of {@link RowExchange#gradients}. */
  void getGradient(RowExchange exchange, int position, float[] into) {
    int sent = exchange.sentRows();
    if (position < sent) {
      atOwner.get(position * width, into, 0, width);
    } else {
      gathered.get((position - sent) * width, into, 0, width);
    }
  }

  /** Replaces the gradient at a position of {@link RowExchange#gradients}, one that was sent. */
  void replaceGradient(int position, float[] gradient) {
    atOwner.put(position * width, gradient, 0, width);
  }

  /** Sums the gradients of an owned row in rank order, or those of its lookups. */
  void sumGradients(RowExchange exchange, int owned, float[] room, float[] sum) {
    var starts = exchange.gradientStarts();
    int from = starts.get(owned);
    if (from == starts.get(owned + 1)) {
      bags.sumGradients(exchange.bags(), owned, room, sum);
      return;
    }
    getGradient(exchange, exchange.gradients().get(from), sum);
    for (int j = from + 1; j < starts.get(owned + 1); j++) {
      getGradient(exchange, exchange.gradients().get(j), room);
      for (int d = 0; d < sum.length; d++) {
        sum[d] += room[d];
      }
    }
  }

  Collective collective() {
    return collective;
  }
}
