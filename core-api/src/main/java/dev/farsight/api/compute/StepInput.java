package dev.farsight.api.compute;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * The input of a step, beside the slots: a batch, the slots of its unique rows and the order of its
 * lookups. Preallocated in host buffers of the compute backend; a few inputs are used in turn.
 *
 * <p>There are L lookups, {@linkplain Batch#lookupStart numbered} feature by feature and within a
 * feature bag by bag, and U unique rows, numbered table by table and within a table in the order of
 * first lookup:
 *
 * <pre>
 * uniqueOf[l]        unique row, 0 to U-1, that lookup l refers to           int32 [L]
 * uniqueSlots[u]     slot of unique row u; with several ranks, the position
 *                    at which it {@linkplain RowExchange arrives}                  int32 [U]
 * rowIds[u]          row id of unique row u                                  int64 [U]
 * rowStarts[u]       position k of the first lookup of u; [U] is L           int32 [U + 1]
 * rowLookups[k]      lookups by unique row, of the same row in lookup order  int32 [L]
 * bagOf[l]           {@linkplain Batch bag} that lookup l belongs to; null   int32 [L]
 *                    if all features are one-hot: lookup l is bag l
 * </pre>
 *
 * <p>{@code rowLookups} and {@code bagOf} follow from the others and the batch; they are not filled
 * if the step {@linkplain CompiledStep#ordersLookups orders lookups itself}. {@code uniqueOf} is
 * not filled if a {@link RowFinder} has {@linkplain #foundRows found} the rows.
 */
public final class StepInput {

  private final int capacity;
  private final IntBuffer uniqueOf;
  private final IntBuffer uniqueSlots;
  private final IntBuffer rowStarts;
  private final IntBuffer rowLookups;
  private final IntBuffer bagOf;
  private final FloatBuffer loss;
  private final FloatBuffer logits;
  private final IntBuffer saturated;
  private final RowExchange exchange;
  private Batch batch;
  private FoundRows foundRows;
  private int uniqueRows;
  private long[] rowIds;
  private long step;
  private float rowLearningRate;
  private float denseLearningRate;
  private long rowUpdates;
  private long denseUpdates;

  /**
   * @param capacity samples of a full batch
   * @param maxUniqueRows the largest number of unique rows that a batch can have
   */
  public StepInput(BatchSchema schema, int capacity, int maxUniqueRows, HostBuffers buffers) {
    this(schema, capacity, maxUniqueRows, null, buffers);
  }

  /**
   * The input of a step that several ranks share.
   *
   * @param capacity samples of a full batch of this rank
   * @param maxUniqueRows the largest number of unique rows that a batch of this rank can have
   * @param exchange the largest sizes of the exchange of rows; null if there is one rank
   */
  public StepInput(
      BatchSchema schema,
      int capacity,
      int maxUniqueRows,
      ExchangeShape exchange,
      HostBuffers buffers) {
    this.capacity = capacity;
    this.exchange = exchange == null ? null : RowExchange.of(exchange, schema, capacity, buffers);
    long lookups = schema.maxLookups(capacity);
    uniqueOf = buffers.ints(lookups);
    rowLookups = buffers.ints(lookups);
    bagOf = schema.oneHot() ? null : buffers.ints(lookups);
    uniqueSlots = buffers.ints(maxUniqueRows);
    rowStarts = buffers.ints(maxUniqueRows + 1L);
    loss = buffers.floats(1);
    logits = buffers.floats(capacity);
    saturated = buffers.ints(1);
  }

  /** Which rows the ranks of this step send each other; null if there is one rank. */
  public RowExchange exchange() {
    return exchange;
  }

  /** Samples of a full batch. */
  public int capacity() {
    return capacity;
  }

  public Batch batch() {
    return batch;
  }

  public void batch(Batch batch) {
    this.batch = batch;
  }

  /**
   * The unique rows that the step's {@link RowFinder} found in the batch; null if the host found
   * them.
   */
  public FoundRows foundRows() {
    return foundRows;
  }

  public void foundRows(FoundRows foundRows) {
    this.foundRows = foundRows;
  }

  /** How many unique rows the batch has. */
  public int uniqueRows() {
    return uniqueRows;
  }

  public void uniqueRows(int uniqueRows) {
    this.uniqueRows = uniqueRows;
  }

  /**
   * Row ids of the unique rows, by number. The input does not own the array. A step that needs the
   * row ids on a device copies them.
   */
  public long[] rowIds() {
    return rowIds;
  }

  public void rowIds(long[] rowIds) {
    this.rowIds = rowIds;
  }

  /** Number of the training step since the run began, from 0; a resumed run continues to count. */
  public long step() {
    return step;
  }

  public void step(long step) {
    this.step = step;
  }

  /** Learning rate of this step for rows. */
  public float rowLearningRate() {
    return rowLearningRate;
  }

  /** Learning rate of this step for dense parameters. */
  public float denseLearningRate() {
    return denseLearningRate;
  }

  public void learningRates(float rows, float dense) {
    rowLearningRate = rows;
    denseLearningRate = dense;
  }

  /** Updates that the optimizer of the rows has made before this step: Adam's t - 1. */
  public long rowUpdates() {
    return rowUpdates;
  }

  /** Updates that the optimizer of the dense parameters has made before this step. */
  public long denseUpdates() {
    return denseUpdates;
  }

  /** Sets how many updates the optimizers have made since their state began. */
  public void updates(long rows, long dense) {
    rowUpdates = rows;
    denseUpdates = dense;
  }

  public IntBuffer uniqueOf() {
    return uniqueOf;
  }

  public IntBuffer uniqueSlots() {
    return uniqueSlots;
  }

  public IntBuffer rowStarts() {
    return rowStarts;
  }

  public IntBuffer rowLookups() {
    return rowLookups;
  }

  /** The bag of each lookup; null if all features are one-hot. */
  public IntBuffer bagOf() {
    return bagOf;
  }

  /**
   * Result: the batch's mean loss at position 0, weighted if samples have weights. Valid once the
   * step's ticket is done.
   */
  public FloatBuffer loss() {
    return loss;
  }

  /**
   * Result of an evaluation: the logit of each sample. Valid once the evaluation's ticket is done.
   */
  public FloatBuffer logits() {
    return logits;
  }

  /**
   * Result of a training step with rows of 16 bits, at position 0: how many weights it stored were
   * beyond the largest number of the precision, and became that number. Of a {@linkplain
   * RowExchange#replicated replicated} row, only rank 0 counts them. Valid once the step's ticket
   * is done; 0 for float32.
   */
  public IntBuffer saturated() {
    return saturated;
  }

  /** Bytes of an input in host buffers. */
  public static long bufferBytes(BatchSchema schema, int capacity, int maxUniqueRows) {
    int perLookup = schema.oneHot() ? 2 : 3;
    return perLookup * schema.maxLookups(capacity) * Integer.BYTES
        + (2L * maxUniqueRows + 1) * Integer.BYTES
        + (capacity + 1L) * Float.BYTES
        + Integer.BYTES;
  }
}
