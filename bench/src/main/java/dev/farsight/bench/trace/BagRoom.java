package dev.farsight.bench.trace;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How much room the bags of a recorded trace take in batches of some size. What the header says
 * about them is not enough: it may allow bags far longer than there are. One pass over the file,
 * which unpacks it.
 */
final class BagRoom {

  /** By feature: lookups of the longest bag. */
  private final int[] longest;

  /** By feature: lookups in the batch at hand. */
  private final long[] inBatch;

  private long mostInBatch = 1;

  private BagRoom(int features) {
    longest = new int[features];
    inBatch = new long[features];
  }

  /** The schema of a trace with room for the bags that there are in batches of so many samples. */
  static BatchSchema schema(Path file, int batchSize) {
    try (var in = new TraceInput(file)) {
      BlockReader block = BlockReader.open(in);
      var room = new BagRoom(block.schema().features().size());
      room.measure(block, batchSize);
      return room.within(block.schema());
    }
  }

  private void measure(BlockReader block, int batchSize) {
    TracePhase phase = null;
    int samples = 0;
    while (block.next()) {
      if (!block.phase().equals(phase)) {
        samples = batchSize;
        phase = block.phase();
      }
      for (int s = 0; s < block.samples(); s++) {
        if (samples == batchSize) {
          Arrays.fill(inBatch, 0);
          samples = 0;
        }
        add(block, s);
        samples++;
      }
    }
  }

  private void add(BlockReader block, int sample) {
    for (int f = 0; f < longest.length; f++) {
      int lookups = block.lookups(f, sample);
      longest[f] = Math.max(longest[f], lookups);
      inBatch[f] += lookups;
      mostInBatch = Math.max(mostInBatch, inBatch[f]);
    }
  }

  private BatchSchema within(BatchSchema recorded) {
    List<Feature> features = new ArrayList<>();
    for (int f = 0; f < longest.length; f++) {
      Feature of = recorded.features().get(f);
      int most = Math.max(1, longest[f]);
      features.add(
          new Feature(
              of.name(),
              of.table(),
              Math.min(of.minLookups(), most),
              most,
              of.pooling(),
              of.weighted()));
    }
    int limit = (int) Math.min(BatchSchema.NO_LIMIT, mostInBatch);
    return new BatchSchema(0, recorded.tables(), features, recorded.columns(), limit);
  }
}
