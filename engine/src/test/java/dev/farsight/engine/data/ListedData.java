package dev.farsight.engine.data;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;

/** Samples in a list, with every column and every kind of feature. Nothing in it is fast. */
final class ListedData implements DataSource {

  static final BatchSchema SCHEMA =
      new BatchSchema(
          2,
          new TableSet(List.of(new Table("a", 100), new Table("b", 1000))),
          List.of(
              new Feature("one", 0),
              Feature.bag("bag", 1, 9, Pooling.SUM),
              Feature.bag("weighted", 0, 3, Pooling.MEAN).withWeights(),
              new Feature("other", 1)),
          EnumSet.allOf(BatchSchema.Column.class));

  /** A sample. Lookups by feature. */
  record Sample(
      List<Float> dense,
      float label,
      float truth,
      float weight,
      long group,
      long rowNumber,
      List<List<Integer>> indices,
      List<Float> lookupWeights) {}

  private final List<Sample> training;
  private final List<Sample> evaluation;

  /** Reading this training sample fails; -1: none does. */
  private final int failsAt;

  private int openPasses;

  ListedData(long seed, int trainSamples, int failsAt) {
    training = samples(new Random(seed), trainSamples);
    evaluation = samples(new Random(~seed), 100);
    this.failsAt = failsAt;
  }

  private static List<Sample> samples(Random random, int count) {
    var samples = new ArrayList<Sample>();
    for (int n = 0; n < count; n++) {
      List<Integer> bag = random.ints(random.nextInt(10), 0, 1000).boxed().toList();
      List<Integer> weighted = random.ints(random.nextInt(4), 0, 100).boxed().toList();
      samples.add(
          new Sample(
              List.of(random.nextFloat(), -random.nextFloat()),
              random.nextInt(2),
              random.nextFloat(),
              1 + random.nextFloat(),
              random.nextLong(),
              n,
              List.of(List.of(random.nextInt(100)), bag, weighted, List.of(random.nextInt(1000))),
              weighted.stream().map(i -> random.nextFloat() - .5f).toList()));
    }
    return samples;
  }

  List<Sample> training() {
    return training;
  }

  List<Sample> evaluation() {
    return evaluation;
  }

  /** Passes that were opened and not closed. */
  int openPasses() {
    return openPasses;
  }

  @Override
  public BatchSchema schema() {
    return SCHEMA;
  }

  @Override
  public long trainSamples() {
    return training.size();
  }

  @Override
  public long evalSamples() {
    return evaluation.size();
  }

  @Override
  public BatchSource train(int epoch) {
    openPasses++;
    return new Pass(training, failsAt);
  }

  @Override
  public boolean readsStretches() {
    return true;
  }

  @Override
  public BatchSource stretch(int epoch, long from, long to) {
    openPasses++;
    return new Pass(training.subList((int) from, (int) to), failsAt);
  }

  @Override
  public BatchSource eval() {
    openPasses++;
    return new Pass(evaluation, -1);
  }

  @Override
  public void close() {}

  /** Tells one bad row and two truncated bags for each sample that was read. */
  private final class Pass implements BatchSource {

    private final List<Sample> samples;
    private final int failsAt;
    private int next;

    Pass(List<Sample> samples, int failsAt) {
      this.samples = samples;
      this.failsAt = failsAt;
    }

    @Override
    public BatchSchema schema() {
      return SCHEMA;
    }

    @Override
    public boolean next(Batch batch) {
      int count = Math.min(batch.capacity(), samples.size() - next);
      for (int s = 0; s < count; s++, next++) {
        if (next == failsAt) {
          throw new FarsightException("list:" + next + ": cannot be read");
        }
        put(samples.get(next), batch, s);
      }
      batch.samples(count);
      return count > 0;
    }

    @Override
    public long badRows() {
      return next;
    }

    @Override
    public long truncatedBags() {
      return 2L * next;
    }

    @Override
    public void close() {
      openPasses--;
    }
  }

  private static void put(Sample sample, Batch batch, int s) {
    batch.dense().put(2 * s, sample.dense.get(0)).put(2 * s + 1, sample.dense.get(1));
    batch.labels().put(s, sample.label);
    batch.truth().put(s, sample.truth);
    batch.weights().put(s, sample.weight);
    batch.groups().put(s, sample.group);
    batch.rowNumbers().put(s, sample.rowNumber);
    for (int f = 0; f < sample.indices.size(); f++) {
      int[] offsets = batch.offsets(f);
      int at = offsets == null || s == 0 ? s : offsets[s];
      batch.requireRoom(f, at + sample.indices.get(f).size());
      for (int index : sample.indices.get(f)) {
        batch.indices(f)[at++] = index;
      }
      if (offsets != null) {
        offsets[s + 1] = at;
      }
      if (batch.lookupWeights(f) != null) {
        for (int i = 0; i < sample.lookupWeights.size(); i++) {
          batch.lookupWeights(f).put(offsets[s] + i, sample.lookupWeights.get(i));
        }
      }
    }
  }

  /** The samples of a batch. */
  static List<Sample> of(Batch batch) {
    var samples = new ArrayList<Sample>();
    for (int s = 0; s < batch.samples(); s++) {
      var indices = new ArrayList<List<Integer>>();
      for (int f = 0; f < SCHEMA.features().size(); f++) {
        int[] offsets = batch.offsets(f);
        int from = offsets == null ? s : offsets[s];
        int to = offsets == null ? s + 1 : offsets[s + 1];
        var bag = new ArrayList<Integer>();
        for (int i = from; i < to; i++) {
          bag.add(batch.indices(f)[i]);
        }
        indices.add(bag);
      }
      var weights = new ArrayList<Float>();
      for (int i = batch.offsets(2)[s]; i < batch.offsets(2)[s + 1]; i++) {
        weights.add(batch.lookupWeights(2).get(i));
      }
      samples.add(
          new Sample(
              List.of(batch.dense().get(2 * s), batch.dense().get(2 * s + 1)),
              batch.labels().get(s),
              batch.truth().get(s),
              batch.weights().get(s),
              batch.groups().get(s),
              batch.rowNumbers().get(s),
              indices,
              weights));
    }
    return samples;
  }
}
