package dev.farsight.bench.replay;

import dev.farsight.api.data.Batch;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.bench.trace.Trace;
import dev.farsight.bench.trace.TracePass;
import java.util.Arrays;
import java.util.BitSet;

/** Counts the distinct rows that a trace looks up, in one pass; a bit a row of every table. */
public final class DistinctRows {

  private static final int BATCH = 4096;

  private DistinctRows() {}

  public static long in(Trace trace) {
    int tables = trace.tables().size();
    var seen = new BitSet[tables];
    Arrays.setAll(seen, t -> new BitSet());
    var batch = new Batch(trace.schema(), BATCH, HostBuffers.plain());
    try (TracePass pass = trace.open(BATCH)) {
      while (pass.next(batch)) {
        for (int t = 0; t < tables; t++) {
          for (int s = 0; s < batch.samples(); s++) {
            seen[t].set(batch.indices(t)[s]);
          }
        }
      }
    }
    return Arrays.stream(seen).mapToLong(BitSet::cardinality).sum();
  }
}
