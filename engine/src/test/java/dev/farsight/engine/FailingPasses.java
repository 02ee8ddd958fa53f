package dev.farsight.engine;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.engine.plugin.Components;

/**
 * The synthetic data, which can be read for training only up to a batch.
 *
 * @param nth batch that cannot be read, from 1
 */
record FailingPasses(DataSourceFactory factory, int nth, String message)
    implements DataSourceFactory {

  static Components in(Components components, int nth, String message) {
    DataSourceFactory synthetic = components.sources().get("synthetic");
    return TestRun.withSynthetic(components, new FailingPasses(synthetic, nth, message));
  }

  @Override
  public String name() {
    return factory.name();
  }

  @Override
  public DataSource open(DataContext context) {
    return new ForwardingDataSource(factory.open(context)) {
      @Override
      public BatchSource train(int epoch) {
        return new Failing(super.train(epoch));
      }
    };
  }

  private final class Failing implements BatchSource {

    private final BatchSource pass;
    private int batches;

    private Failing(BatchSource pass) {
      this.pass = pass;
    }

    @Override
    public BatchSchema schema() {
      return pass.schema();
    }

    @Override
    public boolean next(Batch batch) {
      batches++;
      if (batches == nth) {
        throw new FarsightException(message);
      }
      return pass.next(batch);
    }

    @Override
    public long skip(long samples, Batch scratch) {
      return pass.skip(samples, scratch);
    }

    @Override
    public void close() {
      pass.close();
    }
  }
}
