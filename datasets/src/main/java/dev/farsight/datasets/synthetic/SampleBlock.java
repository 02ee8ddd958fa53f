package dev.farsight.datasets.synthetic;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import java.util.Arrays;

/**
 * Some samples, kept as compactly as their features allow. Immutable.
 *
 * @param samples how many
 * @param indices by feature: the rows that it looks up, bag by bag
 * @param offsets by feature: where its bags begin in {@code indices}; null where all bags have
 *     {@code sizes} lookups
 * @param sizes by feature: lookups of every bag, where all have as many
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SampleBlock(
    int samples,
    float[] labels,
    float[] truth,
    float[] dense,
    int[][] indices,
    int[][] offsets,
    int[] sizes) {

  static SampleBlock copyOf(Batch batch, Workers team) {
    int samples = batch.samples();
    int features = batch.schema().features().size();
    var block =
        new SampleBlock(
            samples,
            new float[samples],
            new float[samples],
            new float[samples * batch.schema().denseWidth()],
            new int[features][],
            new int[features][],
            new int[features]);
    batch.labels().get(0, block.labels);
    batch.truth().get(0, block.truth);
    batch.dense().get(0, block.dense);
    team.run(features, (feature, worker) -> block.copyFeature(batch, feature));
    return block;
  }

  private void copyFeature(Batch batch, int f) {
    var feature = batch.schema().features().get(f);
    indices[f] = Arrays.copyOf(batch.indices(f), batch.lookups(f));
    if (feature.minLookups() == feature.maxLookups()) {
      sizes[f] = feature.maxLookups();
    } else {
      offsets[f] = Arrays.copyOf(batch.offsets(f), samples + 1);
    }
  }

  /** Lookups of a feature in the samples before {@code sample}. */
  int lookupsBefore(int feature, int sample) {
    return offsets[feature] == null ? sample * sizes[feature] : offsets[feature][sample];
  }

  /** Copies labels, truth and dense features of {@code count} samples. */
  void copyColumns(int from, int count, Batch into, int to) {
    int width = into.schema().denseWidth();
    into.labels().put(to, labels, from, count);
    into.truth().put(to, truth, from, count);
    into.dense().put(to * width, dense, from * width, count * width);
  }

  /**
   * Copies the bags of a feature in samples [from, from + count) to the samples from {@code to} on.
   *
   * @param lookup place in the batch of the first lookup
   */
  void copyBags(int feature, int from, int count, Batch into, int to, int lookup) {
    int first = lookupsBefore(feature, from);
    int last = lookupsBefore(feature, from + count);
    System.arraycopy(indices[feature], first, into.indices(feature), lookup, last - first);
    int[] ends = into.offsets(feature);
    if (ends != null) {
      for (int s = 0; s < count; s++) {
        ends[to + s + 1] = lookup + lookupsBefore(feature, from + s + 1) - first;
      }
    }
  }
}
