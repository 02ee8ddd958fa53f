package dev.farsight.engine.data;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
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
    Settings data = context.data();
    int blockSamples = ShuffleSetting.blockSamples(data);
    requireSplit(factory, data);
    DataSource source =
        data.has("eval-path")
            ? EvalPathData.open(context, part -> openChecked(factory, part))
            : openChecked(factory, context);
    try {
      return inOrder(LimitedLookups.of(source, data), blockSamples, context);
    } catch (RuntimeException | Error e) {
      Closing.after(e, source);
      throw e;
    }
  }

  private static DataSource inOrder(DataSource source, int blockSamples, DataContext context) {
    if (blockSamples == ShuffleSetting.NONE) {
      return source;
    }
    if (blockSamples != ShuffleSetting.FULL) {
      return new ShuffledData(source, blockSamples, context.seed());
    }
    ShuffleSetting.requireSeeking(context.data(), source);
    return new FullyShuffledData(source, context.seed());
  }

  private static void requireSplit(DataSourceFactory factory, Settings data) {
    Settings where = data.section("eval-where");
    if (where.has("column") && !factory.splitsByColumn()) {
      throw where.bad(
          "column", "is for sources that read columns, and " + factory.name() + " does not");
    }
  }

  /** The source that its plugin opens, which is not trusted. Closed again if that fails. */
  private static DataSource openChecked(DataSourceFactory factory, DataContext context) {
    var calls = PluginCalls.of(factory, "data source " + factory.name());
    DataSource opened = calls.get("DataSourceFactory.open", () -> factory.open(context));
    try {
      return new CheckedData(opened, calls);
    } catch (RuntimeException | Error e) {
      Closing.after(e, opened);
      throw e;
    }
  }
}
