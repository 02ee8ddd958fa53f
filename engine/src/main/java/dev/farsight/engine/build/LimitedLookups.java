package dev.farsight.engine.build;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;

/**
 * A data source whose batches have room for fewer lookups than full bags would have ({@code
 * data.max-lookups}). Owns the source.
 */
public final class LimitedLookups implements DataSource {

  private final DataSource source;
  private final BatchSchema schema;

  private LimitedLookups(DataSource source, int maxLookups) {
    this.source = source;
    schema = source.schema().withLookupLimit(maxLookups);
  }

  /**
   * The source with the limit that is configured, if there is one.
   *
   * @param data the section {@code farsight.data}
   */
  public static DataSource of(DataSource source, Settings data) {
    return data.has("max-lookups")
        ? new LimitedLookups(source, data.integer("max-lookups", 1, Integer.MAX_VALUE))
        : source;
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
