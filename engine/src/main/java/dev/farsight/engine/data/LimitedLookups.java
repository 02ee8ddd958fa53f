package dev.farsight.engine.data;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.ForwardingDataSource;

/**
 * A data source whose batches have room for fewer lookups than full bags would have ({@code
 * data.max-lookups}). Owns the source.
 */
final class LimitedLookups extends ForwardingDataSource {

  private final BatchSchema schema;

  private LimitedLookups(DataSource source, int maxLookups) {
    super(source);
    schema = source.schema().withLookupLimit(maxLookups);
  }

  /**
   * The source with the limit that is configured, if there is one.
   *
   * @param data the section {@code farsight.data}
   */
  static DataSource of(DataSource source, Settings data) {
    return data.has("max-lookups")
        ? new LimitedLookups(source, data.integer("max-lookups", 1, Integer.MAX_VALUE))
        : source;
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }
}
