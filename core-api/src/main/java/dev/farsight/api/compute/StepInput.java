package dev.farsight.api.compute;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * What a step is given beside the slots: a batch, the slots of its unique rows and the order of its
 * lookups. Preallocated in host buffers of the compute backend; a few are in use in turn.
 *
 * <p>With L lookups, {@linkplain Batch#lookupStart numbered} feature by feature and each feature's in
 * sample order, and U unique rows (table by table, each table's in order of first lookup):
 *
 * <pre>
 * uniqueOf[l]        which unique row, 0 to U-1, lookup l refers to     int32 [L]
 * uniqueSlots[u]     slot of unique row u                               int32 [U]
 * rowIds[u]          row id of unique row u                             int64 [U]
 * rowStarts[u]       where u's lookups start in rowLookups              int32 [U + 1]
 * rowLookups[k]      lookups grouped by unique row, in lookup order     int32 [L]
 * </pre>
 *
 * <p>{@code rowLookups} follows from {@code uniqueOf} and {@code rowStarts}; it is not filled for a
 * step that {@linkplain CompiledStep#ordersLookups orders lookups itself}. {@code uniqueOf} is not
 * filled where a {@link RowFinder} has it: {@link #found}.
 */
public final class StepInput {

  private final int capacity;
  private final IntBuffer uniqueOf;
  private final IntBuffer uniqueSlots;
  private final IntBuffer rowStarts;
  private final IntBuffer rowLookups;
  private final FloatBuffer loss;
  private final FloatBuffer logits;
  private Batch batch;
  private FoundRows found;
  private int uniqueRows;
  private long[] rowIds;
  private long step;
  private float rowLearningRate;
  private float denseLearningRate;

  /**
   * @param maxUniqueRows most unique rows that a batch can have
   */
  public StepInput(BatchSchema schema, int capacity, int maxUniqueRows, HostBuffers buffers) {
    this.capacity = capacity;
    long lookups = (long) capacity * schema.features().size();
    uniqueOf = buffers.ints(lookups);
    rowLookups = buffers.ints(lookups);
    uniqueSlots = buffers.ints(maxUniqueRows);
    rowStarts = buffers.ints(maxUniqueRows + 1L);
    loss = buffers.floats(1);
    logits = buffers.floats(capacity);
  }

  /** Samples a full batch has. */
  public int capacity() {
    return capacity;
  }

  public Batch batch() {
    return batch;
  }

  public void batch(Batch batch) {
    this.batch = batch;
  }

  /** What the step's {@link RowFinder} found of the batch; null where the host did. */
  public FoundRows found() {
    return found;
  }

  public void found(FoundRows found) {
    this.found = found;
  }

  public int uniqueRows() {
    return uniqueRows;
  }

  public void uniqueRows(int uniqueRows) {
    this.uniqueRows = uniqueRows;
  }

  /**
   * Row ids of the unique rows, by their number; a step that needs them on a device copies them. Not
   * owned by the input.
   */
  public long[] rowIds() {
    return rowIds;
  }

  public void rowIds(long[] rowIds) {
    this.rowIds = rowIds;
  }

  /** Number of the training step since the run began, from 0, also where a run was resumed. */
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

  /** Result: the batch's mean loss, weighted where samples have weights, at position 0, once the step's ticket is done. */
  public FloatBuffer loss() {
    return loss;
  }

  /** Result of an evaluation: the samples' logits, once its ticket is done. */
  public FloatBuffer logits() {
    return logits;
  }
}
