package dev.farsight.engine.data;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.internal.Closing;
import dev.farsight.engine.attribution.PluginCalls;

/**
 * The data of a run: that of a source, checked, with the room and the order that are configured.
 */
public final class RunData {

  private RunData() {}

  /**
   * Opens a source, and puts around it what the section {@code farsight.data} asks for.
   *
   * @throws ConfigException if a setting is wrong; nothing is open then
   */
  public static DataSource open(DataSourceFactory factory, DataContext context) {
    int blockSamples = ShuffleSetting.blockSamples(context.data());
    DataSource source = openChecked(factory, context);
    return blockSamples == ShuffleSetting.NONE
        ? source
        : new ShuffledData(source, blockSamples, context.seed());
  }

  /** The source that its plugin opens, which is not trusted. Closed again if that fails. */
  private static DataSource openChecked(DataSourceFactory factory, DataContext context) {
    var calls = PluginCalls.of(factory, "data source " + factory.name());
    DataSource opened = calls.get("DataSourceFactory.open", () -> factory.open(context));
    try {
      return LimitedLookups.of(new CheckedData(opened, calls), context.data());
    } catch (RuntimeException | Error e) {
      Closing.after(e, opened);
      throw e;
    }
  }
}
