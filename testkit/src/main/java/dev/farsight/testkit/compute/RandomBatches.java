package dev.farsight.testkit.compute;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.Feature;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;

/** Batches drawn from a seed: the same seed gives the same batches. */
public final class RandomBatches {

  private final BatchSchema schema;
  private final int capacity;
  private final HostBuffers buffers;
  private final Random random;

  public RandomBatches(BatchSchema schema, int capacity, HostBuffers buffers, long seed) {
    this.schema = schema;
    this.capacity = capacity;
    this.buffers = buffers;
    this.random = new Random(seed);
  }

  /** A labelled schema with tables of these sizes. */
  public static BatchSchema schema(int denseWidth, int... rows) {
    List<Table> tables = new ArrayList<>();
    for (int r : rows) {
      tables.add(new Table("t" + tables.size(), r));
    }
    return new BatchSchema(denseWidth, new TableSet(tables), true, false);
  }

  /** The same schema, whose samples have weights. */
  public static BatchSchema weighted(BatchSchema schema) {
    var columns = EnumSet.of(Column.WEIGHT);
    columns.addAll(schema.columns());
    return new BatchSchema(
        schema.denseWidth(), schema.tables(), schema.features(), columns, schema.lookupLimit());
  }

  /**
   * A fresh batch: dense features normal, labels even, and half of the lookups of a feature go to
   * the first tenth of its table's rows. A third of the bags is as short as can be, a third as long
   * as can be. Weights of lookups are from -1 to 2; some are 0. Weights of samples are drawn last:
   * half of them 1, the others from 0 to 4.
   */
  public Batch next(int samples) {
    var batch = new Batch(schema, capacity, buffers);
    for (int i = 0; i < samples * schema.denseWidth(); i++) {
      batch.dense().put(i, (float) random.nextGaussian());
    }
    for (int s = 0; s < samples; s++) {
      batch.labels().put(s, random.nextInt(2));
    }
    for (int f = 0; f < schema.features().size(); f++) {
      drawLookups(batch, f, samples);
    }
    batch.samples(samples);
    for (int s = 0; s < samples && schema.weighted(); s++) {
      batch.weights().put(s, random.nextBoolean() ? 1 : 4 * random.nextFloat());
    }
    return batch;
  }

  private void drawLookups(Batch batch, int f, int samples) {
    Feature feature = schema.features().get(f);
    int rows = schema.tables().get(feature.table()).rows();
    int[] offsets = batch.offsets(f);
    int lookup = 0;
    for (int s = 0; s < samples; s++) {
      int end = lookup + (offsets == null ? 1 : bagLength(feature));
      for (; lookup < end; lookup++) {
        int range = random.nextBoolean() ? rows : Math.max(1, rows / 10);
        batch.indices(f)[lookup] = random.nextInt(range);
        if (feature.weighted()) {
          float weight = random.nextInt(8) == 0 ? 0 : 3 * random.nextFloat() - 1;
          batch.lookupWeights(f).put(lookup, weight);
        }
      }
      if (offsets != null) {
        offsets[s + 1] = lookup;
      }
    }
  }

  private int bagLength(Feature feature) {
    return switch (random.nextInt(3)) {
      case 0 -> feature.minLookups();
      case 1 -> feature.maxLookups();
      default ->
          feature.minLookups() + random.nextInt(feature.maxLookups() - feature.minLookups() + 1);
    };
  }
}
