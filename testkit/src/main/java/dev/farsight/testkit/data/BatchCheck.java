package dev.farsight.testkit.data;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.Feature;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Locale;

/** Spoils a batch before a source fills it, and finds afterwards what the source left out. */
final class BatchCheck {

  private BatchCheck() {}

  /** Fills a batch with what no source may leave in it. */
  static void spoil(Batch batch) {
    spoil(batch.dense());
    spoil(batch.labels());
    spoil(batch.truth());
    spoil(batch.weights());
    for (int f = 0; f < batch.schema().features().size(); f++) {
      Arrays.fill(batch.indices(f), Integer.MIN_VALUE);
      if (batch.offsets(f) != null) {
        Arrays.fill(batch.offsets(f), -1);
      }
      spoil(batch.lookupWeights(f));
    }
  }

  private static void spoil(FloatBuffer values) {
    for (int i = 0; values != null && i < values.capacity(); i++) {
      values.put(i, Float.NaN);
    }
  }

  /**
   * Checks that a batch is what its schema says.
   *
   * @param first samples before it; messages count samples and dense features from 1
   */
  static void check(Batch batch, long first) {
    int width = batch.schema().denseWidth();
    double weights = 0;
    for (int s = 0; s < batch.samples(); s++) {
      long sample = first + s + 1;
      if (batch.schema().has(Column.LABEL)) {
        float label = batch.labels().get(s);
        require(label == 0 || label == 1, "label %s of sample %d", label, sample);
      }
      if (batch.truth() != null) {
        float truth = batch.truth().get(s);
        require(truth >= 0 && truth <= 1, "true probability %s of sample %d", truth, sample);
      }
      if (batch.weights() != null) {
        float weight = batch.weights().get(s);
        require(Float.isFinite(weight) && weight >= 0, "weight %s of sample %d", weight, sample);
        weights += weight;
      }
      for (int d = 0; d < width; d++) {
        float value = batch.dense().get(s * width + d);
        require(
            Float.isFinite(value),
            "dense feature %d of %d is %s in sample %d",
            d + 1,
            width,
            value,
            sample);
      }
    }
    require(batch.weights() == null || weights > 0, "no sample from %d on has a weight", first + 1);
    for (int f = 0; f < batch.schema().features().size(); f++) {
      checkBags(batch, f, first);
    }
  }

  private static void checkBags(Batch batch, int f, long first) {
    Feature feature = batch.schema().features().get(f);
    int rows = batch.schema().tables().get(feature.table()).rows();
    int[] offsets = batch.offsets(f);
    require(
        offsets == null || offsets[0] == 0,
        "feature %s: offsets do not begin at 0",
        feature.name());
    for (int s = 0; s < batch.samples(); s++) {
      int from = offsets == null ? s : offsets[s];
      int to = offsets == null ? s + 1 : offsets[s + 1];
      require(
          to - from >= feature.minLookups() && to - from <= feature.maxLookups(),
          "feature %s: %d lookups of sample %d, not %d to %d",
          feature.name(),
          to - from,
          first + s + 1,
          feature.minLookups(),
          feature.maxLookups());
      for (int l = from; l < to; l++) {
        int index = batch.indices(f)[l];
        require(
            index >= 0 && index < rows,
            "feature %s: index %d of sample %d in a table of %d rows",
            feature.name(),
            index,
            first + s + 1,
            rows);
        if (feature.weighted()) {
          float weight = batch.lookupWeights(f).get(l);
          require(
              Float.isFinite(weight),
              "feature %s: a lookup of weight %s in sample %d",
              feature.name(),
              weight,
              first + s + 1);
        }
      }
    }
  }

  private static void require(boolean right, String complaint, Object... arguments) {
    if (!right) {
      throw new AssertionError(String.format(Locale.ROOT, complaint, arguments));
    }
  }
}
