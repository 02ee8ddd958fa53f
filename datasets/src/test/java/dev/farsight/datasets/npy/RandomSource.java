package dev.farsight.datasets.npy;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Random samples of any schema: a function of their number. One after the other, plainly. */
final class RandomSource implements DataSource {

  /** Bags of all kinds, on tables that are shared, and all columns. */
  static final BatchSchema EVERYTHING =
      new BatchSchema(
          3,
          new TableSet(List.of(new Table("a", 7), new Table("b", 1 << 20))),
          List.of(
              new Feature("one", 0),
              Feature.bag("ragged", 1, 5, Pooling.SUM),
              new Feature("fixed", 0, 3, 3, Pooling.MAX, false),
              Feature.bag("weighted", 1, 4, Pooling.MEAN).withWeights(),
              new Feature("fixed weighted", 1, 2, 2, Pooling.SUM, true),
              new Feature("one weighted", 1, 1, 1, Pooling.SUM, true)),
          Set.of(Column.values()));

  /** One row a feature, without anything else. */
  static final BatchSchema SMALL =
      new BatchSchema(0, new TableSet(List.of(new Table("a", 7), new Table("b", 9))), Set.of());

  private final BatchSchema schema;
  private final long train;
  private final long samples;

  RandomSource(BatchSchema schema, long train, long samples) {
    this.schema = schema;
    this.train = train;
    this.samples = samples;
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public long trainSamples() {
    return train;
  }

  @Override
  public long evalSamples() {
    return samples - train;
  }

  @Override
  public BatchSource train(int epoch) {
    return new Pass(0, train);
  }

  @Override
  public BatchSource eval() {
    return new Pass(train, samples);
  }

  @Override
  public void close() {
    // Holds nothing.
  }

  private final class Pass implements BatchSource {

    private final long end;
    private long next;

    Pass(long from, long end) {
      this.next = from;
      this.end = end;
    }

    @Override
    public BatchSchema schema() {
      return schema;
    }

    @Override
    public boolean next(Batch batch) {
      int s = 0;
      for (; s < batch.capacity() && next < end; s++) {
        fill(batch, s, next++);
      }
      batch.samples(s);
      return s > 0;
    }

    private void fill(Batch batch, int s, long number) {
      var random = new Random(number * 7919);
      for (int d = 0; d < schema.denseWidth(); d++) {
        batch.dense().put(s * schema.denseWidth() + d, random.nextFloat() * 9 - 4);
      }
      if (schema.labelled()) {
        batch.labels().put(s, random.nextInt(2));
      }
      if (schema.has(Column.TRUTH)) {
        batch.truth().put(s, random.nextFloat());
      }
      if (schema.has(Column.WEIGHT)) {
        batch.weights().put(s, random.nextFloat() + .5f);
      }
      if (schema.has(Column.GROUP)) {
        batch.groups().put(s, number / 3 - 5);
      }
      if (schema.has(Column.ROW_NUMBER)) {
        batch.rowNumbers().put(s, number + (1L << 40));
      }
      for (int f = 0; f < schema.features().size(); f++) {
        fillBag(batch, f, s, random);
      }
    }

    private void fillBag(Batch batch, int f, int s, Random random) {
      Feature feature = schema.features().get(f);
      int rows = schema.tables().get(feature.table()).rows();
      int[] offsets = batch.offsets(f);
      int lookups =
          feature.minLookups() + random.nextInt(feature.maxLookups() - feature.minLookups() + 1);
      int from = offsets == null || s == 0 ? s : offsets[s];
      for (int i = from; i < from + lookups; i++) {
        batch.indices(f)[i] = random.nextInt(rows);
        if (feature.weighted()) {
          batch.lookupWeights(f).put(i, random.nextFloat() - .5f);
        }
      }
      if (offsets != null) {
        offsets[0] = 0;
        offsets[s + 1] = from + lookups;
      }
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }
}
