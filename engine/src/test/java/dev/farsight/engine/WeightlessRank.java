package dev.farsight.engine;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.plugin.Components;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.data.RandomData;
import java.util.List;

/**
 * Random samples with weights in place of the synthetic ones. Those of the first half of each batch
 * are 0, in every second batch.
 */
record WeightlessRank(int batchSize) implements DataSourceFactory {

  static Components in(Components components, int batchSize) {
    return TestRun.withSynthetic(components, new WeightlessRank(batchSize));
  }

  @Override
  public String name() {
    return "synthetic";
  }

  @Override
  public DataSource open(DataContext context) {
    var tables = new TableSet(List.of(new Table("a", 30), new Table("b", 500)));
    BatchSchema schema = RandomBatches.weighted(new BatchSchema(3, tables, true, false));
    // A sample at a time, so that it does not depend on the number of devices which there are.
    var samples = new RandomData(schema, 1, 80L * batchSize, 4L * batchSize, context.seed());
    return new ForwardingDataSource(samples) {
      @Override
      public BatchSource train(int epoch) {
        return new Pass(samples.train(epoch), batchSize);
      }

      @Override
      public BatchSource eval() {
        return new Pass(samples.eval(), batchSize);
      }
    };
  }

  /** Owns the source. */
  private static final class Pass implements BatchSource {

    private final BatchSource source;
    private final int batchSize;
    private final Batch one;
    private long read;

    Pass(BatchSource source, int batchSize) {
      this.source = source;
      this.batchSize = batchSize;
      one = new Batch(source.schema(), 1, HostBuffers.plain());
    }

    @Override
    public BatchSchema schema() {
      return source.schema();
    }

    @Override
    public boolean next(Batch batch) {
      int samples = 0;
      int dense = schema().denseWidth();
      while (samples < batch.capacity() && source.next(one)) {
        batch.dense().put(samples * dense, one.dense(), 0, dense);
        batch.labels().put(samples, one.labels().get(0));
        boolean without = read / batchSize % 2 == 0 && read % batchSize < batchSize / 2;
        batch.weights().put(samples, without ? 0 : one.weights().get(0));
        for (int f = 0; f < schema().features().size(); f++) {
          batch.indices(f)[samples] = one.indices(f)[0];
        }
        samples++;
        read++;
      }
      batch.samples(samples);
      return samples > 0;
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
