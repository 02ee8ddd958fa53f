package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources with sample weights, group ids and row numbers. */
class ColumnsTest {

  @TempDir Path folder;

  private Config train(LongToDoubleFunction weight, String... sets) {
    Components builtIn = TestRun.builtIn();
    Components components =
        TestRun.withSynthetic(builtIn, new Weighted(builtIn.sources().get("synthetic"), weight));
    return new TestRun(folder)
        .components(components)
        .set("optimizer.type=rowwise-adagrad", "train.max-steps=80")
        .set(sets)
        .train()
        .json();
  }

  @Test
  void weightsChangeTheLossAndTheCacheDoesNot() {
    LongToDoubleFunction weight = row -> (row % 7) / 4.0;
    Config all = train(weight, "cache.size=all");
    Config cached = train(weight, "cache.size=\"10%\"", "compute.threads=3");
    Config ones = train(row -> 1, "cache.size=\"10%\"");
    Config without =
        new TestRun(folder)
            .set("optimizer.type=rowwise-adagrad", "train.max-steps=80", "cache.size=\"10%\"")
            .train()
            .json();
    assertThat(cached.getString("loss_sha256")).isEqualTo(all.getString("loss_sha256"));
    assertThat(cached.getString("weights_sha256")).isEqualTo(all.getString("weights_sha256"));
    assertThat(cached.getString("loss_sha256")).isNotEqualTo(without.getString("loss_sha256"));
    assertThat(ones.getString("loss_sha256")).isEqualTo(without.getString("loss_sha256"));
    assertThat(ones.getString("weights_sha256")).isEqualTo(without.getString("weights_sha256"));
  }

  /** The synthetic samples, each with a weight that follows from its row number. */
  private record Weighted(DataSourceFactory factory, LongToDoubleFunction weight)
      implements DataSourceFactory {

    @Override
    public String name() {
      return factory.name();
    }

    @Override
    public DataSource open(DataContext context) {
      DataSource source = factory.open(context);
      BatchSchema plain = source.schema();
      var columns = EnumSet.of(Column.WEIGHT, Column.GROUP, Column.ROW_NUMBER);
      columns.addAll(plain.columns());
      var schema = new BatchSchema(plain.denseWidth(), plain.tables(), columns);
      return new ForwardingDataSource(source) {
        @Override
        public BatchSchema schema() {
          return schema;
        }

        @Override
        public BatchSource train(int epoch) {
          return new WeightedPass(source.train(epoch), schema, 0, weight);
        }

        @Override
        public BatchSource eval() {
          return new WeightedPass(source.eval(), schema, source.trainSamples(), weight);
        }
      };
    }
  }

  private static final class WeightedPass implements BatchSource {

    private final BatchSource source;
    private final BatchSchema schema;
    private final LongToDoubleFunction weight;
    private long row;

    WeightedPass(
        BatchSource source, BatchSchema schema, long firstRow, LongToDoubleFunction weight) {
      this.source = source;
      this.schema = schema;
      this.weight = weight;
      row = firstRow;
    }

    @Override
    public BatchSchema schema() {
      return schema;
    }

    @Override
    public boolean next(Batch batch) {
      if (!source.next(batch)) {
        return false;
      }
      for (int s = 0; s < batch.samples(); s++, row++) {
        batch.rowNumbers().put(s, row);
        batch.groups().put(s, row / 10);
        batch.weights().put(s, (float) weight.applyAsDouble(row));
      }
      return true;
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
