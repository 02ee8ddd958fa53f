package dev.farsight.testkit.compute;

import dev.farsight.api.compute.FoundRows;
import dev.farsight.api.compute.RowFinder;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.data.Batch;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.RowGroups;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * A {@link RowFinder} of collections, straight from the words of {@link FoundRows}: the reference
 * for others, and a stand-in for a device. What it finds can be seen once its ticket has been
 * awaited, and not before.
 */
public final class NaiveRowFinder implements RowFinder {

  private final RowGroups groups;
  private final int maxUniqueRows;
  private final HostBuffers buffers = HostBuffers.plain();
  private final IdentityHashMap<FoundRows, int[]> uniqueOf = new IdentityHashMap<>();

  public NaiveRowFinder(RowGroups groups, int maxUniqueRows) {
    this.groups = groups;
    this.maxUniqueRows = maxUniqueRows;
  }

  @Override
  public FoundRows room() {
    var room = new FoundRows(groups, maxUniqueRows, buffers);
    uniqueOf.put(room, new int[0]);
    return room;
  }

  /** As {@code uniqueOf} of {@link dev.farsight.api.compute.StepInput}. */
  public int[] uniqueOf(FoundRows room) {
    return uniqueOf.get(room);
  }

  @Override
  public Ticket find(Batch batch, FoundRows into) {
    int tables = batch.schema().tables().size();
    var starts = new int[tables + 1];
    var numbers = new int[batch.lookups()];
    List<Long> rows = new ArrayList<>();
    List<Integer> occurrences = new ArrayList<>();
    Lookup.byRow(batch)
        .forEach(
            (row, lookups) -> {
              lookups.forEach(lookup -> numbers[lookup.number()] = rows.size());
              rows.add(row);
              occurrences.add(lookups.size());
            });
    for (int t = 0; t < tables; t++) {
      long end = batch.schema().tables().offset(t + 1);
      starts[t + 1] = (int) rows.stream().filter(row -> row < end).count();
    }
    uniqueOf.put(into, new int[0]);
    into.tableStarts().put(tables, -1);
    return () -> {
      into.tableStarts().put(0, starts);
      for (int u = 0; u < rows.size(); u++) {
        into.rows().put(u, rows.get(u));
        into.occurrences().put(u, occurrences.get(u));
      }
      group(rows, occurrences, into);
      uniqueOf.put(into, numbers);
    };
  }

  private void group(List<Long> rows, List<Integer> occurrences, FoundRows into) {
    if (groups.count() == 1) {
      return;
    }
    int at = 0;
    for (int g = 0; g < groups.count(); g++) {
      into.groupStarts().put(g, at);
      for (int u = 0; u < rows.size(); u++) {
        if (groups.of(rows.get(u)) == g) {
          into.groupRows().put(at, rows.get(u));
          into.groupOccurrences().put(at, occurrences.get(u));
          into.groupNumbers().put(at, u);
          into.groupPositions().put(u, at++);
        }
      }
    }
    into.groupStarts().put(groups.count(), at);
  }

  /** All that was found, for comparing: lists in the order of {@link FoundRows}' words. */
  public static List<List<? extends Number>> contents(FoundRows found) {
    int count = found.count();
    List<List<? extends Number>> all = new ArrayList<>();
    all.add(ints(found.tableStarts(), found.tableStarts().capacity()));
    all.add(longs(found.rows(), count));
    all.add(ints(found.occurrences(), count));
    if (found.groups() > 1) {
      all.add(ints(found.groupStarts(), found.groups() + 1));
      all.add(longs(found.groupRows(), count));
      all.add(ints(found.groupOccurrences(), count));
      all.add(ints(found.groupNumbers(), count));
      all.add(ints(found.groupPositions(), count));
    }
    return all;
  }

  private static List<Integer> ints(IntBuffer from, int count) {
    var values = new int[count];
    from.get(0, values);
    return Arrays.stream(values).boxed().toList();
  }

  private static List<Long> longs(LongBuffer from, int count) {
    var values = new long[count];
    from.get(0, values);
    return Arrays.stream(values).boxed().toList();
  }

  @Override
  public void close() {
    buffers.close();
  }
}
