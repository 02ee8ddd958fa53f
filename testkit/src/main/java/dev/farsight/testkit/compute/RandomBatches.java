package dev.farsight.testkit.compute;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
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
    return new BatchSchema(schema.denseWidth(), schema.tables(), schema.features(), columns);
  }

  /**
   * A fresh batch: dense features normal, labels even, and half of the lookups of a table go to the
   * first tenth of its rows. Weights, where samples have some, are drawn last: half of them 1, the
   * others from 0 to 4.
   */
  public Batch next(int samples) {
    var batch = new Batch(schema, capacity, buffers);
    batch.samples(samples);
    for (int i = 0; i < samples * schema.denseWidth(); i++) {
      batch.dense().put(i, (float) random.nextGaussian());
    }
    for (int s = 0; s < samples; s++) {
      batch.labels().put(s, random.nextInt(2));
    }
    for (int t = 0; t < schema.tables().size(); t++) {
      int rows = schema.tables().get(t).rows();
      for (int s = 0; s < samples; s++) {
        int range = random.nextBoolean() ? rows : Math.max(1, rows / 10);
        batch.indices(t)[s] = random.nextInt(range);
      }
    }
    for (int s = 0; s < samples && schema.weighted(); s++) {
      batch.weights().put(s, random.nextBoolean() ? 1 : 4 * random.nextFloat());
    }
    return batch;
  }
}
