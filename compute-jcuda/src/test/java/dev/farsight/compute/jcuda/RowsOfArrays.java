package dev.farsight.compute.jcuda;

import dev.farsight.api.data.Batch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The unique rows of a batch that is too large for collections of lookups. */
final class RowsOfArrays {

  private final int[] tableStarts;
  private final int[] uniqueOf;
  private long[] rows;
  private int[] occurrences;
  private int count;

  RowsOfArrays(Batch batch) {
    int tables = batch.schema().tables().size();
    tableStarts = new int[tables + 1];
    uniqueOf = new int[batch.lookups()];
    rows = new long[batch.lookups()];
    occurrences = new int[batch.lookups()];
    for (int t = 0; t < tables; t++) {
      tableStarts[t] = count;
      Map<Integer, Integer> numbers = new HashMap<>();
      for (int f : batch.schema().featuresOf(t)) {
        for (int i = 0; i < batch.lookups(f); i++) {
          int index = batch.indices(f)[i];
          Integer number = numbers.putIfAbsent(index, count);
          if (number == null) {
            number = count++;
            rows[number] = batch.schema().tables().rowId(t, index);
          }
          uniqueOf[batch.lookupStart(f) + i] = number;
          occurrences[number]++;
        }
      }
    }
    tableStarts[tables] = count;
    rows = Arrays.copyOf(rows, count);
    occurrences = Arrays.copyOf(occurrences, count);
  }

  int count() {
    return count;
  }

  int[] tableStarts() {
    return tableStarts;
  }

  int[] uniqueOf() {
    return uniqueOf;
  }

  long[] rows() {
    return rows;
  }

  int[] occurrences() {
    return occurrences;
  }
}
