package dev.farsight.engine.build;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;

/**
 * A data source whose batches have room for fewer lookups than full bags would have ({@code
 * data.max-lookups}). Owns the source.
 */
final class LimitedLookups implements DataSource {

  private final DataSource source;
  private final BatchSchema schema;

  /**
   * @param maxLookups most lookups of a feature in a batch
   */
  LimitedLookups(DataSource source, int maxLookups) {
    this.source = source;
    schema = source.schema().withLookupLimit(maxLookups);
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public long trainSamples() {
    return source.trainSamples();
  }

  @Override
  public long evalSamples() {
    return source.evalSamples();
  }

  @Override
  public String contentIdentity() {
    return source.contentIdentity();
  }

  @Override
  public BatchSource train(int epoch) {
    return source.train(epoch);
  }

  @Override
  public BatchSource eval() {
    return source.eval();
  }

  @Override
  public void close() {
    source.close();
  }
}
