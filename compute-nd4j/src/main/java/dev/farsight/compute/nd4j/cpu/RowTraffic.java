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
 */
final class RowTraffic {

  private static final int ROWS_A_TASK = 512;

  private final Collective collective;
  private final int rank;
  private final int dim;
  private final RowMemory slots;
  private final SlotRows[] slotRows;
  private final float[][] rooms;

  /** By send position. */
  private final FloatBuffer atOwner;

  /** By arrival position. */
  private final FloatBuffer atSamples;

  /** Gradients of the replicated rows that this rank looks up, in the order of arrival. */
  private final FloatBuffer replicated;

  /** Those of all ranks. */
  private final FloatBuffer gathered;

  private final int[] sentFloats;
  private final int[] askedFloats;
  private final int[] gatheredFloats;

  /**
   * @param slotRows of the slots, by worker
   */
  RowTraffic(
      StepSpec spec,
      RowMemory slots,
      SlotRows[] slotRows,
      Collective collective,
      NativeMemory memory) {
    var shape = spec.exchange();
    this.collective = collective;
    this.rank = collective.rank();
    this.dim = spec.format().dim();
    this.slots = slots;
    this.slotRows = slotRows;
    this.rooms = new float[slotRows.length][dim];
    this.atOwner = memory.floats((long) shape.maxSentRows() * dim);
    this.atSamples = memory.floats((long) shape.maxUniqueRows() * dim);
    this.replicated = memory.floats(shape.replicates() ? (long) shape.maxUniqueRows() * dim : 0);
    this.gathered = memory.floats((long) shape.maxGatheredRows() * dim);
    this.sentFloats = new int[shape.ranks() + 1];
    this.askedFloats = new int[shape.ranks() + 1];
    this.gatheredFloats = new int[shape.ranks() + 1];
  }

  /** Bytes of the buffers. */
  static long bytes(StepSpec spec) {
    var shape = spec.exchange();
    long unique = (shape.replicates() ? 2L : 1L) * shape.maxUniqueRows();
    return (shape.maxSentRows() + unique + shape.maxGatheredRows())
        * spec.format().dim()
        * Float.BYTES;
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
    return RowMemory.ofWeights(dim, atSamples);
  }

  int rank() {
    return rank;
  }

  /** Begins a step; returns how many tasks copy the weights that are sent. */
  int begin(RowExchange exchange) {
    for (int p = 0; p < sentFloats.length; p++) {
      sentFloats[p] = exchange.sendStarts()[p] * dim;
      askedFloats[p] = exchange.askedStarts()[p] * dim;
      gatheredFloats[p] = exchange.gatherStarts()[p] * dim;
    }
    return (rowsToCopy(exchange) + ROWS_A_TASK - 1) / ROWS_A_TASK;
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
        atOwner.put(k * dim, weights, 0, dim);
      } else {
        atSamples.put((exchange.askedRows() + k - sent) * dim, weights, 0, dim);
      }
    }
  }

  /** Sends weights and receives those that were asked for. */
  void sendWeights() {
    collective.allToAllv(atOwner, sentFloats, atSamples, askedFloats);
  }

  /** Puts the gradient of a unique row where it is sent from, by arrival position. */
  void putGradient(RowExchange exchange, int arrival, float[] gradient) {
    int asked = exchange.askedRows();
    if (arrival < asked) {
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
  }

  /** Copies the gradient at a position of {@link RowExchange#gradients}. */
  void getGradient(RowExchange exchange, int position, float[] into) {
    int sent = exchange.sentRows();
    if (position < sent) {
      atOwner.get(position * dim, into, 0, dim);
    } else {
      gathered.get((position - sent) * dim, into, 0, dim);
    }
  }
}
