package dev.farsight.api.compute;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.RowGroups;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/**
 * The unique rows of a batch, as a {@link RowFinder} delivers them to the host: T tables, U unique
 * rows in the order that {@link StepInput} numbers them, G groups. Which unique row a lookup refers
 * to stays with the finder, for {@linkplain StepInput#found the step}.
 *
 * <pre>
 * tableStarts[t]        number of table t's first unique row; U at the end        int32 [T + 1]
 * rows[u]               row id of unique row u                                    int64 [U]
 * occurrences[u]        lookups of it                                             int32 [U]
 *
 * the same group by group, in the order above within each, where G > 1:
 *
 * groupStarts[g]        where group g's rows begin; U at the end                  int32 [G + 1]
 * groupRows[k]          row id                                                    int64 [U]
 * groupOccurrences[k]   lookups of it                                             int32 [U]
 * groupNumbers[k]       its number u                                              int32 [U]
 * places[u]             where unique row u is among these                         int32 [U]
 * </pre>
 *
 * <p>Preallocated in host buffers of the backend; one for each batch that is read ahead.
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
  private final IntBuffer places;

  /**
   * @param maxUniqueRows most unique rows that a batch can have
   */
  public FoundRows(RowGroups groups, int maxUniqueRows, HostBuffers buffers) {
    this.tables = groups.tables().size();
    this.groups = groups.count();
    int grouped = this.groups > 1 ? maxUniqueRows : 0;
    tableStarts = buffers.ints(tables + 1L);
    rows = buffers.longs(maxUniqueRows);
    occurrences = buffers.ints(maxUniqueRows);
    groupStarts = buffers.ints(this.groups + 1L);
    groupRows = buffers.longs(grouped);
    groupOccurrences = buffers.ints(grouped);
    groupNumbers = buffers.ints(grouped);
    places = buffers.ints(grouped);
  }

  /** How many unique rows were found. */
  public int count() {
    return tableStarts.get(tables);
  }

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

  public IntBuffer places() {
    return places;
  }
}
