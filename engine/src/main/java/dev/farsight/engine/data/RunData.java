package dev.farsight.engine.data;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;

/** The data of a run: that of a source, with the room and the order that are configured. */
public final class RunData {

  private RunData() {}

  /**
   * Opens a source, and puts around it what the section {@code farsight.data} asks for.
   *
   * @throws ConfigException if a setting is wrong; nothing is open then
   */
  public static DataSource open(DataSourceFactory factory, DataContext context) {
    int blockSamples = ShuffleSetting.blockSamples(context.data());
    DataSource source = LimitedLookups.of(factory.open(context), context.data());
    return blockSamples == ShuffleSetting.NONE
        ? source
        : new ShuffledData(source, blockSamples, context.seed());
  }
}
