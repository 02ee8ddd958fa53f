package dev.farsight.api.compute;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import java.nio.IntBuffer;

/**
 * Which rows the N ranks of a step send each other. A rank is a device with its slots and its part
 * of each batch. Every row belongs to one rank, or is replicated: then each rank has it in a slot
 * of its own. This object is one rank's part: of the batch, its own samples; of the rows, those
 * that it owns and that any rank looks up.
 *
 * <p>There are U unique rows that this rank's samples look up. They arrive in the order of their
 * owners, replicated rows last; {@link StepInput#uniqueSlots()} has the arrival position of each
 * unique row, instead of its slot. There are O rows in slots of this rank that any rank asks for,
 * its replicated ones included, numbered without meaning; S rows that this rank sends.
 *
 * <pre>
 * askedStarts[p]   arrival position of the first row that rank p sends; [N] is U - R    int[N + 1]
 * sendStarts[p]    send position of the first row for rank p; [N] is S                  int[N + 1]
 * sendRows[k]      number of the owned row at send position k                           int32 [S]
 *                  then of the R replicated rows that this rank looks up, in the order
 *                  of arrival: they stay here                                           int32 [R]
 * gatherStarts[p]  rank p looks up gatherStarts[p + 1] - gatherStarts[p] replicated
 *                  rows; [N] is G                                                       int[N + 1]
 * ownedSlots[o]    slot of owned row o                                                  int32 [O]
 * ownedIds[o]      row id of owned row o                                                long[O]
 * gradientStarts[o]  position j of the first gradient of owned row o; [O] is S + G      int32 [O + 1]
 * gradients[j]     where the gradients of the same owned row arrive, in rank order      int32 [S + G]
 * </pre>
 *
 * <p>A training step:
 *
 * <ol>
 *   <li>Sends the weights of the rows at send positions 0 to S - 1; rank p gets [sendStarts[p],
 *       sendStarts[p + 1]). The replicated rows are copied to arrival positions U - R to U - 1.
 *   <li>Runs forward and backward on the rows that have arrived. The gradient of a unique row is
 *       the sum over this rank's lookups, at the row's arrival position.
 *   <li>Sends the gradients back the same way: they arrive at the send positions of their rows. The
 *       gradients of replicated rows are gathered from all ranks, at positions S + gatherStarts[p].
 *   <li>Sums dense gradients and the loss over ranks. If the loss is not finite, no rank updates.
 *   <li>Sums the gradients of each owned row in rank order and updates the row in its slot.
 * </ol>
 *
 * <p>An evaluation does the first step, and forward. The loss that it tells is this rank's part:
 * the sum over its own samples, divided by {@link #divisor}.
 *
 * <p>Rows may be {@linkplain ExchangeShape#columns divided by columns} instead: each rank has an
 * equal part of the width of every row, its {@linkplain dev.farsight.api.table.RowColumns columns}.
 * Then all ranks own the rows that any of them looks up, in the same order, and none is replicated.
 * Each rank sends each other its columns of all U rows that the other one looks up, so all of this
 * holds with "row" read as "this rank's columns of a row", but for two things. {@code
 * askedStarts[p]} is p U; the columns of all ranks make one row, whose arrival position is from 0
 * to U - 1, and a gradient's columns go back to the rank that has them. And what depends on a whole
 * row, its norm or the mean of its squares, is summed over ranks, in rank order, for the owned rows
 * in their order, after it is known that rows are updated.
 *
 * <p>Tables may exchange sums of bags instead of rows, see {@link BagExchange}. Of the above, only
 * what is said of owned rows then holds for rows of these tables. They do not arrive and are not
 * sent, no gradients of them arrive, and the gradients of their lookups take the place of these.
 *
 * <p>Preallocated in host buffers of the compute backend; a part of a {@link StepInput}.
 */
public final class RowExchange {

  private final ExchangeShape shape;
  private final int[] askedStarts;
  private final int[] sendStarts;
  private final int[] gatherStarts;
  private final IntBuffer sendRows;
  private final IntBuffer ownedSlots;
  private final IntBuffer gradientStarts;
  private final IntBuffer gradients;
  private int ownedRows;
  private long[] ownedIds;
  private long firstSample;
  private double divisor;

  /** Null if all tables exchange rows. */
  private final BagExchange bags;

  /** An exchange of rows alone. */
  public RowExchange(ExchangeShape shape, HostBuffers buffers) {
    this(shape, null, buffers);
  }

  RowExchange(ExchangeShape shape, BagExchange bags, HostBuffers buffers) {
    this.shape = shape;
    this.bags = bags;
    askedStarts = new int[shape.ranks() + 1];
    sendStarts = new int[shape.ranks() + 1];
    gatherStarts = new int[shape.ranks() + 1];
    sendRows = buffers.ints(sendRows(shape));
    ownedSlots = buffers.ints(shape.maxOwnedRows());
    gradientStarts = buffers.ints(shape.maxOwnedRows() + 1L);
    gradients = buffers.ints(gradients(shape));
  }

  /**
   * @param capacity samples of a full batch of one rank
   */
  public static RowExchange of(
      ExchangeShape shape, BatchSchema schema, int capacity, HostBuffers buffers) {
    boolean sums = shape.sums().any();
    return new RowExchange(
        shape, sums ? new BagExchange(shape, schema, capacity, buffers) : null, buffers);
  }

  private static long sendRows(ExchangeShape shape) {
    return (long) shape.maxSentRows() + (shape.replicates() ? shape.maxUniqueRows() : 0);
  }

  private static long gradients(ExchangeShape shape) {
    return (long) shape.maxSentRows() + shape.maxGatheredRows();
  }

  /** What is exchanged as sums of bags; null if all tables exchange rows. */
  public BagExchange bags() {
    return bags;
  }

  public ExchangeShape shape() {
    return shape;
  }

  public int[] askedStarts() {
    return askedStarts;
  }

  public int[] sendStarts() {
    return sendStarts;
  }

  public int[] gatherStarts() {
    return gatherStarts;
  }

  public IntBuffer sendRows() {
    return sendRows;
  }

  public IntBuffer ownedSlots() {
    return ownedSlots;
  }

  public IntBuffer gradientStarts() {
    return gradientStarts;
  }

  public IntBuffer gradients() {
    return gradients;
  }

  /** How many rows this rank sends, those for itself included, the replicated ones not. */
  public int sentRows() {
    return sendStarts[shape.ranks()];
  }

  /**
   * How many unique rows arrive from owners; the replicated ones follow. With columns, how many
   * parts of rows arrive.
   */
  public int askedRows() {
    return askedStarts[shape.ranks()];
  }

  /** How many gradients of replicated rows all ranks make together. */
  public int gatheredRows() {
    return gatherStarts[shape.ranks()];
  }

  /** How many rows in slots of this rank the step uses. */
  public int ownedRows() {
    return ownedRows;
  }

  /** Row ids of the owned rows, by number. Not copied. */
  public long[] ownedIds() {
    return ownedIds;
  }

  /**
   * Whether an owned row of a training step is replicated: its gradients are gathered. What counts
   * rows that were updated counts such a row on rank 0 alone.
   *
   * @param owned number of the row
   */
  public boolean replicated(int owned) {
    return gradients.get(gradientStarts.get(owned)) >= sentRows();
  }

  public void owned(int rows, long[] ids) {
    ownedRows = rows;
    ownedIds = ids;
  }

  /** How many samples of the batch the ranks before this one have. */
  public long firstSample() {
    return firstSample;
  }

  /**
   * What the sum of all samples' losses is divided by: their number, or the sum of their weights.
   * The same on all ranks.
   */
  public double divisor() {
    return divisor;
  }

  public void samples(long firstSample, double divisor) {
    this.firstSample = firstSample;
    this.divisor = divisor;
  }

  /** The rows of this rank's samples at lower arrival positions arrive; others are added up. */
  public int arrivedRows() {
    return bags == null ? shape.maxUniqueRows() : bags.askedStarts()[0];
  }

  /**
   * Bytes of an exchange in host buffers.
   *
   * @param capacity samples of a full batch of one rank
   */
  public static long bufferBytes(ExchangeShape shape, BatchSchema schema, int capacity) {
    return Integer.BYTES * (sendRows(shape) + gradients(shape) + 2L * shape.maxOwnedRows() + 1)
        + BagExchange.bufferBytes(shape, schema, capacity);
  }
}
