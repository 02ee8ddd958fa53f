package dev.farsight.bench.trace;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.bench.IntList;
import dev.farsight.engine.cache.RowMap;
import dev.farsight.engine.cache.RowRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A trace of keys as one table named {@code keys}: its rows are the distinct keys, in the order of
 * their first occurrence, and each sample is one lookup that updates its row. Held in memory, 4
 * bytes a lookup; at most 2^31-1 lookups and 2^28 keys.
 */
final class KeyTrace implements Trace {

  private static final TracePhase PHASE = new TracePhase(0, 0, RowRequest.Use.TRAIN, true);

  private final String name;
  private final int[] lookups;
  private final BatchSchema schema;

  private KeyTrace(String name, int[] lookups, int distinct) {
    this.name = name;
    this.lookups = lookups;
    var tables = new TableSet(List.of(new Table("keys", distinct)));
    schema = new BatchSchema(0, tables, Set.of());
  }

  static KeyTrace read(Path file, KeyFormat format) {
    var numbers = new KeyNumbers();
    var lookups = new IntList();
    try (var in = new TraceInput(file)) {
      format.read(
          in,
          key -> {
            if (numbers.count() == RowMap.MOST) {
              throw new FarsightException(file + ": more than 2^28 distinct keys");
            }
            lookups.add(numbers.of(key));
          });
    }
    if (lookups.size() == 0) {
      throw new FarsightException(file + ": no key in it");
    }
    return new KeyTrace(file.toString(), lookups.toArray(), numbers.count());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public int batchSize() {
    return 1;
  }

  @Override
  public int rowBytes() {
    return 0;
  }

  @Override
  public TracePass open(int batchSize) {
    return new TracePass() {

      private int at;

      @Override
      public boolean next(Batch into) {
        int samples = Math.min(batchSize, lookups.length - at);
        System.arraycopy(lookups, at, into.indices(0), 0, samples);
        into.samples(samples);
        at += samples;
        return samples > 0;
      }

      @Override
      public TracePhase phase() {
        return PHASE;
      }

      @Override
      public void close() {}
    };
  }
}
