package dev.farsight.testkit.data;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A right source, for subclasses to spoil: each line of a file is a number, which the sample is a
 * function of. The last fifth is for evaluation.
 */
class NumberSource implements DataSource {

  static final BatchSchema SCHEMA =
      new BatchSchema(
          2,
          new TableSet(List.of(new Table("one", 50), new Table("bag", 20))),
          List.of(new Feature("one", 0), Feature.bag("bag", 1, 3, Pooling.SUM).withWeights()),
          Set.of(Column.LABEL, Column.WEIGHT, Column.ROW_NUMBER));

  final DataContext context;
  private final List<String> lines;

  NumberSource(DataContext context) {
    this.context = context;
    context.own().integer("first", 0, 10);
    try {
      lines = Files.readAllLines(context.data().path("path"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A factory of sources. */
  record Factory(java.util.function.Function<DataContext, DataSource> sources)
      implements DataSourceFactory {

    @Override
    public String name() {
      return "numbers";
    }

    @Override
    public DataSource open(DataContext context) {
      return sources.apply(context);
    }
  }

  @Override
  public BatchSchema schema() {
    return SCHEMA;
  }

  @Override
  public long trainSamples() {
    return lines.size() * 4L / 5;
  }

  @Override
  public long evalSamples() {
    return lines.size() - trainSamples();
  }

  @Override
  public String contentIdentity() {
    return lines.size() + " " + lines.hashCode();
  }

  @Override
  public BatchSource train(int epoch) {
    return pass(0, (int) trainSamples());
  }

  @Override
  public BatchSource eval() {
    return pass((int) trainSamples(), lines.size());
  }

  Pass pass(int from, int to) {
    return new Pass(from, to);
  }

  int number(int row) {
    return Integer.parseInt(lines.get(row));
  }

  @Override
  public void saveFitted(Path folder) throws IOException {
    Files.writeString(folder.resolve("rows"), "" + trainSamples());
  }

  @Override
  public void close() {}

  /** One pass over some rows. */
  class Pass implements BatchSource {

    int row;
    final int end;

    Pass(int from, int to) {
      row = from;
      end = to;
    }

    @Override
    public BatchSchema schema() {
      return SCHEMA;
    }

    @Override
    public boolean next(Batch batch) {
      int samples = Math.min(batch.capacity(), end - row);
      batch.offsets(1)[0] = 0;
      for (int s = 0; s < samples; s++, row++) {
        put(batch, s, number(row));
      }
      batch.samples(samples);
      return samples > 0;
    }

    void put(Batch batch, int s, int number) {
      batch.labels().put(s, number % 2);
      batch.weights().put(s, number % 3 + .5f);
      batch.rowNumbers().put(s, row);
      batch.dense().put(2 * s, number).put(2 * s + 1, -number / 2f);
      batch.indices(0)[s] = number % 50;
      int at = batch.offsets(1)[s];
      for (int lookup = 0; lookup < number % 4; lookup++, at++) {
        batch.indices(1)[at] = (number + lookup) % 20;
        batch.lookupWeights(1).put(at, lookup - .5f);
      }
      batch.offsets(1)[s + 1] = at;
    }

    @Override
    public void close() {}
  }
}
