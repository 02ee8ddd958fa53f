package dev.farsight.bench.replay;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.bench.trace.Trace;
import dev.farsight.bench.trace.TracePass;
import dev.farsight.engine.cache.RowMap;
import java.util.Arrays;

/**
 * Counts the distinct rows that a trace looks up, in one pass. A bit for each row of the groups of
 * 512 neighbours of which any occurs: memory follows what occurs, at most some 200 bytes a row,
 * whatever the sizes of tables are.
 */
public final class DistinctRows {

  private static final int BATCH = 4096;
  private static final int GROUP_BITS = 9;
  private static final int GROUP_WORDS = 1 << (GROUP_BITS - 6);
  private static final int MOST_GROUPS = 1 << 27;

  private final RowMap groups = new RowMap(1 << 12);
  private long[] words = new long[1 << 12];
  private long count;

  private DistinctRows() {}

  public static long in(Trace trace) {
    var rows = new DistinctRows();
    Batch batch = trace.newBatch(BATCH);
    try (TracePass pass = trace.open(BATCH)) {
      while (pass.next(batch)) {
        for (int f = 0; f < batch.schema().features().size(); f++) {
          rows.add(batch, f);
        }
      }
    }
    return rows.count;
  }

  private void add(Batch batch, int feature) {
    int table = batch.schema().features().get(feature).table();
    for (int i = 0; i < batch.lookups(feature); i++) {
      add(batch.schema().tables().rowId(table, batch.indices(feature)[i]));
    }
  }

  private void add(long row) {
    int group = groups.get(row >>> GROUP_BITS);
    if (group == RowMap.ABSENT) {
      group = groups.size();
      if (group == MOST_GROUPS) {
        throw new FarsightException("rows of more than 2^27 groups of 512 are looked up");
      }
      groups.put(row >>> GROUP_BITS, group);
      if ((group + 1) * GROUP_WORDS > words.length) {
        words = Arrays.copyOf(words, 2 * words.length);
      }
    }
    int word = group * GROUP_WORDS + (int) (row >>> 6 & (GROUP_WORDS - 1));
    long bit = 1L << (row & 63);
    if ((words[word] & bit) == 0) {
      words[word] |= bit;
      count++;
    }
  }
}
