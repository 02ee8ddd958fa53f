package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowGroups;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.TestOptimizer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;

/** Batches of uniform lookups, of skewed ones, and of lookups nearly all of one row. */
final class SkewedBatches {

  private SkewedBatches() {}

  /** Features of every kind, some of the same table; more than a third of the bags are empty. */
  static BatchSchema bags(int hotness) {
    var tables = RandomBatches.schema(0, 1, 3, 40, 30_000, Integer.MAX_VALUE).tables();
    return new BatchSchema(
        0,
        tables,
        List.of(
            Feature.bag("long", 4, hotness, Pooling.SUM).withWeights(),
            new Feature("one", 3),
            Feature.bag("largest", 2, 7, Pooling.MAX),
            Feature.bag("averaged", 4, 5, Pooling.MEAN),
            new Feature("all the same", 0),
            new Feature("full", 1, 3, 3, Pooling.MEAN, true),
            Feature.bag("one or none", 3, 1, Pooling.SUM),
            Feature.bag("same and same", 0, hotness, Pooling.MAX)),
        EnumSet.of(BatchSchema.Column.LABEL));
  }

  static StepSpec spec(BatchSchema schema, int batchSize) {
    return new StepSpec(
        schema,
        batchSize,
        Math.toIntExact(schema.maxUniqueRows(batchSize)),
        RowFormat.of(4, 0),
        TestOptimizer.SGD.spec());
  }

  /** So many shares, and the third table a group of its own where there are several. */
  static RowGroups groups(StepSpec spec, int shares) {
    var own = new int[spec.schema().tables().size()];
    Arrays.fill(own, RowGroups.SHARED);
    own[2] = shares == 1 ? RowGroups.SHARED : shares;
    return new RowGroups(spec.schema().tables(), shares, own);
  }

  /** The higher the skew, the more lookups are of a table's first rows. */
  static void draw(Batch batch, int samples, int skew, Random random) {
    draw(batch, samples, skew, false, random);
  }

  /** As {@link #draw}, and every bag is as long as it can be. */
  static void drawFull(Batch batch, int samples, int skew, Random random) {
    draw(batch, samples, skew, true, random);
  }

  private static void draw(Batch batch, int samples, int skew, boolean full, Random random) {
    for (int s = 0; s < samples; s++) {
      batch.labels().put(s, random.nextInt(2));
    }
    for (int f = 0; f < batch.schema().features().size(); f++) {
      Feature feature = batch.schema().features().get(f);
      int lookups = samples;
      if (batch.offsets(f) != null) {
        for (int s = 0; s < samples; s++) {
          int length = full ? feature.maxLookups() : length(feature, random);
          batch.offsets(f)[s + 1] = batch.offsets(f)[s] + length;
        }
        lookups = batch.offsets(f)[samples];
      }
      int rows = batch.schema().tables().get(feature.table()).rows();
      for (int i = 0; i < lookups; i++) {
        batch.indices(f)[i] = (int) (rows * Math.pow(random.nextDouble(), skew));
        if (feature.weighted()) {
          batch.lookupWeights(f).put(i, random.nextFloat());
        }
      }
    }
    batch.samples(samples);
  }

  private static int length(Feature feature, Random random) {
    int most = feature.maxLookups() - feature.minLookups();
    return feature.minLookups() + (random.nextInt(3) == 0 ? 0 : random.nextInt(most + 1));
  }
}
