package dev.farsight.api.data;

/** Opens data sources of one kind, which {@code data.source} chooses by name. */
public interface DataSourceFactory {

  /**
   * The name in the configuration: {@code data.source = NAME}. The source's own settings are at
   * {@code farsight.data.NAME}.
   */
  String name();

  /**
   * Checks everything that can be checked and opens the source.
   *
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   * @throws dev.farsight.api.FarsightException if the data cannot be read
   */
  DataSource open(DataContext context);
}
