package dev.farsight.api.compute;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.RowGroups;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/**
 * The unique rows of a batch, which a {@link RowFinder} has found on the device. There are T
 * tables, U unique rows, numbered as in {@link StepInput}, and G groups. The finder keeps which
 * unique row each lookup refers to, for {@linkplain StepInput#foundRows the step}.
 *
 * <pre>
 * tableStarts[t]        number u of the first unique row of table t; [T] is U     int32 [T + 1]
 * rows[u]               row id of unique row u                                    int64 [U]
 * occurrences[u]        lookups of unique row u                                   int32 [U]
 *
 * only if G > 1: the same rows group by group, within a group in the order above:
 *
 * groupStarts[g]        position k of the first row of group g; [G] is U          int32 [G + 1]
 * groupRows[k]          row id of the row at position k                           int64 [U]
 * groupOccurrences[k]   lookups of the row at position k                          int32 [U]
 * groupNumbers[k]       number u of the row at position k                         int32 [U]
 * groupPositions[u]     position k of unique row u                               int32 [U]
 * </pre>
 *
 * <p>Preallocated in host buffers of the backend; there is one for each batch that is read ahead.
 */
public final class FoundRows {

  private final int tables;
  private final int groups;
  private final IntBuffer tableStarts;
  private final LongBuffer rows;
  private final IntBuffer occurrences;
  private final IntBuffer groupStarts;
  private final LongBuffer groupRows;
  private final IntBuffer groupOccurrences;
  private final IntBuffer groupNumbers;
  private final IntBuffer groupPositions;

  /**
   * @param maxUniqueRows the largest number of unique rows that a batch can have
   */
  public FoundRows(RowGroups groups, int maxUniqueRows, HostBuffers buffers) {
    this.tables = groups.tables().size();
    this.groups = groups.count();
    int groupedRows = this.groups > 1 ? maxUniqueRows : 0;
    tableStarts = buffers.ints(tables + 1L);
    rows = buffers.longs(maxUniqueRows);
    occurrences = buffers.ints(maxUniqueRows);
    groupStarts = buffers.ints(this.groups + 1L);
    groupRows = buffers.longs(groupedRows);
    groupOccurrences = buffers.ints(groupedRows);
    groupNumbers = buffers.ints(groupedRows);
    groupPositions = buffers.ints(groupedRows);
  }

  /** How many unique rows were found. */
  public int count() {
    return tableStarts.get(tables);
  }

  /** How many groups there are. */
  public int groups() {
    return groups;
  }

  public IntBuffer tableStarts() {
    return tableStarts;
  }

  public LongBuffer rows() {
    return rows;
  }

  public IntBuffer occurrences() {
    return occurrences;
  }

  public IntBuffer groupStarts() {
    return groupStarts;
  }

  public LongBuffer groupRows() {
    return groupRows;
  }

  public IntBuffer groupOccurrences() {
    return groupOccurrences;
  }

  public IntBuffer groupNumbers() {
    return groupNumbers;
  }

  public IntBuffer groupPositions() {
    return groupPositions;
  }
}
