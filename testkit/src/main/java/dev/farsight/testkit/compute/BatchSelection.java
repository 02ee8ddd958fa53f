package dev.farsight.testkit.compute;

import dev.farsight.api.data.Batch;
import dev.farsight.api.memory.HostBuffers;
import java.util.List;

/** Some samples of a batch as a batch of their own. */
final class BatchSelection {

  private BatchSelection() {}

  /** A new batch of some samples of another, in this order. */
  static Batch of(Batch from, List<Integer> samples, int capacity, HostBuffers buffers) {
    var schema = from.schema();
    var batch = new Batch(schema, capacity, buffers);
    int width = schema.denseWidth();
    for (int s = 0; s < samples.size(); s++) {
      int sample = samples.get(s);
      batch.dense().put(s * width, from.dense(), sample * width, width);
      batch.labels().put(s, from.labels().get(sample));
      if (schema.weighted()) {
        batch.weights().put(s, from.weights().get(sample));
      }
    }
    for (int f = 0; f < schema.features().size(); f++) {
      selectLookups(from, samples, batch, f);
    }
    batch.samples(samples.size());
    return batch;
  }

  private static void selectLookups(Batch from, List<Integer> samples, Batch to, int f) {
    int lookup = 0;
    for (int s = 0; s < samples.size(); s++) {
      for (Lookup source : Lookup.ofBag(from, f, samples.get(s))) {
        int i = source.number() - from.lookupStart(f);
        to.indices(f)[lookup] = from.indices(f)[i];
        if (to.lookupWeights(f) != null) {
          to.lookupWeights(f).put(lookup, from.lookupWeights(f).get(i));
        }
        lookup++;
      }
      if (to.offsets(f) != null) {
        to.offsets(f)[s + 1] = lookup;
      }
    }
  }
}
