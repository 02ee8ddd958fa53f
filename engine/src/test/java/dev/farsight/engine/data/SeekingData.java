package dev.farsight.engine.data;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.Permutation;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.TableSet;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;

/**
 * One-hot samples with every column, that can be sought: sample n is a function of the seed and n,
 * and its row number is n.
 */
public final class SeekingData implements DataSource {

  /** A sample: dense values and columns, and the lookups of all features. */
  public record Sample(List<Number> columns, List<Integer> lookups) {}

  private final BatchSchema schema;
  private final long seed;
  private final long trainSamples;
  private final long evalSamples;
  private final AtomicLong made = new AtomicLong();

  public SeekingData(TableSet tables, long seed, long trainSamples, long evalSamples) {
    schema = new BatchSchema(2, tables, EnumSet.allOf(BatchSchema.Column.class));
    this.seed = seed;
    this.trainSamples = trainSamples;
    this.evalSamples = evalSamples;
  }

  /** How many samples were made so far, those that were skipped apart. */
  public long made() {
    return made.get();
  }

  /** The samples of a batch. */
  static List<Sample> of(Batch batch) {
    var samples = new ArrayList<Sample>();
    for (int s = 0; s < batch.samples(); s++) {
      var lookups = new ArrayList<Integer>();
      for (int f = 0; f < batch.schema().features().size(); f++) {
        int[] offsets = batch.offsets(f);
        int from = offsets == null ? s : offsets[s];
        int to = offsets == null ? s + 1 : offsets[s + 1];
        for (int i = from; i < to; i++) {
          lookups.add(batch.indices(f)[i]);
        }
      }
      samples.add(
          new Sample(
              List.of(
                  batch.dense().get(2 * s),
                  batch.dense().get(2 * s + 1),
                  batch.labels().get(s),
                  batch.truth().get(s),
                  batch.weights().get(s),
                  batch.groups().get(s),
                  batch.rowNumbers().get(s)),
              lookups));
    }
    return samples;
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public long trainSamples() {
    return trainSamples;
  }

  @Override
  public long evalSamples() {
    return evalSamples;
  }

  @Override
  public BatchSource train(int epoch) {
    return new Pass(trainSamples, position -> position);
  }

  @Override
  public BatchSource eval() {
    return new Pass(evalSamples, position -> trainSamples + position);
  }

  @Override
  public boolean seeks() {
    return true;
  }

  @Override
  public BatchSource shuffled(long orderSeed, int epoch) {
    var order = new Permutation(trainSamples, orderSeed, epoch);
    return new Pass(trainSamples, order::at);
  }

  @Override
  public boolean readsStretches() {
    return true;
  }

  @Override
  public BatchSource stretch(int epoch, long from, long to) {
    return new Pass(to - from, position -> from + position);
  }

  @Override
  public void close() {
    // Holds nothing.
  }

  private void put(long number, Batch batch, int s) {
    batch.dense().put(2 * s, share(number, 0)).put(2 * s + 1, -share(number, 1));
    float truth = share(number, 2);
    batch.labels().put(s, share(number, 3) < truth ? 1 : 0);
    batch.truth().put(s, truth);
    batch.weights().put(s, 1 + share(number, 4));
    batch.groups().put(s, (long) (20 * share(number, 5)));
    batch.rowNumbers().put(s, number);
    for (int f = 0; f < schema.features().size(); f++) {
      batch.indices(f)[s] = (int) (schema.tables().get(f).rows() * share(number, 6 + f));
    }
  }

  /** From 0 up to but not including 1. */
  private float share(long number, int value) {
    return (InitialRows.mix64(seed + 1000 * number + value) >>> 40) / (float) (1 << 24);
  }

  private final class Pass implements BatchSource {

    private final long samples;
    private final LongUnaryOperator order;
    private long next;

    Pass(long samples, LongUnaryOperator order) {
      this.samples = samples;
      this.order = order;
    }

    @Override
    public BatchSchema schema() {
      return schema;
    }

    @Override
    public boolean next(Batch batch) {
      int count = (int) Math.min(batch.capacity(), samples - next);
      for (int s = 0; s < count; s++) {
        put(order.applyAsLong(next++), batch, s);
      }
      made.addAndGet(count);
      batch.samples(count);
      return count > 0;
    }

    @Override
    public long skip(long wanted, Batch scratch) {
      long skipped = Math.min(wanted, samples - next);
      next += skipped;
      return skipped;
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }
}
