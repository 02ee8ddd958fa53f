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
 * <p>With n samples, T tables, C = capacity and U unique rows (table by table, each table's in
 * order of first lookup), a lookup is numbered l = t * C + s for table t and sample s:
 *
 * <pre>
 * uniqueOf[l]        which unique row, 0 to U-1, lookup l refers to     int32 [T * C]
 * uniqueSlots[u]     slot of unique row u                               int32 [U]
 * rowStarts[u]       where u's lookups start in rowLookups              int32 [U + 1]
 * rowLookups[k]      lookups grouped by unique row, in sample order     int32 [n * T]
 * </pre>
 *
 * <p>{@code rowLookups} follows from {@code uniqueOf} and {@code rowStarts}; it is not filled for a
 * step that {@linkplain CompiledStep#ordersLookups orders lookups itself}. {@code uniqueOf} is not
 * filled where a {@link RowFinder} has it: {@link #found}.
 */
public final class StepInput {

  private final int capacity;
  private final int tables;
  private final IntBuffer uniqueOf;
  private final IntBuffer uniqueSlots;
  private final IntBuffer rowStarts;
  private final IntBuffer rowLookups;
  private final FloatBuffer loss;
  private final FloatBuffer logits;
  private Batch batch;
  private FoundRows found;
  private int uniqueRows;
  private float learningRate;

  /**
   * @param maxUniqueRows most unique rows that a batch can have
   */
  public StepInput(BatchSchema schema, int capacity, int maxUniqueRows, HostBuffers buffers) {
    this.capacity = capacity;
    this.tables = schema.tables().size();
    long lookups = (long) capacity * tables;
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

  public int tables() {
    return tables;
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

  /** Learning rate of this step, for rows and dense parameters. */
  public float learningRate() {
    return learningRate;
  }

  public void learningRate(float learningRate) {
    this.learningRate = learningRate;
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

  /** Result: the batch's mean loss at position 0, once the step's ticket is done. */
  public FloatBuffer loss() {
    return loss;
  }

  /** Result of an evaluation: the samples' logits, once its ticket is done. */
  public FloatBuffer logits() {
    return logits;
  }
}
