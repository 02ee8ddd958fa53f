package dev.farsight.engine.data;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.api.data.ReadingTeam;
import dev.farsight.api.internal.Closing;
import dev.farsight.engine.attribution.PluginCalls;
import dev.farsight.engine.event.RunListener;

/**
 * The data of a run: that of a source, checked, with the split, the bags, the room and the order
 * that the section {@code farsight.data} asks for.
 */
public final class RunData extends ForwardingDataSource {

  /** Null if samples have the lookups that the source gives them. */
  private final MultiHotData multiHot;

  private RunData(DataSource source, MultiHotData multiHot) {
    super(source);
    this.multiHot = multiHot;
  }

  /**
   * Checks what can be checked without the data.
   *
   * @param data the section {@code farsight.data}
   * @throws ConfigException if a setting is wrong
   */
  public static void check(DataSourceFactory factory, Settings data) {
    ShuffleSetting.blockSamples(data);
    SplitsSetting.check(data);
    MultiHotSetting.check(data);
    EvalPathData.check(data);
    Settings where = data.section("eval-where");
    if (where.has("column") && !factory.splitsByColumn()) {
      throw where.bad(
          "column",
          "cannot be used: data.source = "
              + factory.name()
              + " does not divide its samples by a column; use data.eval-path or data.eval-fraction");
    }
  }

  /**
   * Opens a source, to train on it and to evaluate.
   *
   * @throws ConfigException if a setting is wrong; nothing is open then
   */
  public static RunData open(DataSourceFactory factory, DataContext context) {
    check(factory, context.data());
    return inOrder(
        EvalPathData.isSet(context.data())
            ? EvalPathData.open(context, part -> openChecked(factory, part))
            : openChecked(factory, context),
        context);
  }

  /**
   * Opens a source, to evaluate only: files for training need not be there if those for evaluation
   * are named.
   *
   * @throws ConfigException if a setting is wrong; nothing is open then
   */
  public static RunData openToEvaluate(DataSourceFactory factory, DataContext context) {
    check(factory, context.data());
    return inOrder(
        EvalPathData.isSet(context.data())
            ? EvalPathData.openAlone(context, context.fitted(), part -> openChecked(factory, part))
            : openChecked(factory, context),
        context);
  }

  /**
   * The section {@code farsight.data} of what the data was made from: of that for training, or if a
   * run only evaluates, of that for evaluation.
   *
   * @see DataSourceFactory#origin
   */
  public static Settings origin(DataSourceFactory factory, Settings data, boolean trains) {
    return factory.origin(trains ? data : EvalPathData.alone(data));
  }

  private static RunData inOrder(DataSource source, DataContext context) {
    Settings data = context.data();
    try {
      MultiHotData multiHot =
          MultiHotSetting.isOn(data) ? MultiHotData.of(source, data, context.threads()) : null;
      DataSource withBags = multiHot == null ? source : multiHot;
      DataSource limited = LimitedLookups.of(withBags, data);
      // Splits are shuffled one by one, each before it is checked.
      boolean shuffled = SplitsSetting.splits(data) != SplitsSetting.NONE;
      return new RunData(
          shuffled ? limited : ShuffleSetting.apply(limited, data, context.seed()), multiHot);
    } catch (RuntimeException | Error e) {
      Closing.after(e, source);
      throw e;
    }
  }

  /**
   * The source that its plugin opens, which is not trusted, in the order of its splits. Closed
   * again if that fails.
   */
  private static DataSource openChecked(DataSourceFactory factory, DataContext context) {
    var calls = PluginCalls.of(factory, "data source " + factory.name());
    DataSource opened = calls.get("DataSourceFactory.open", () -> factory.open(context));
    try {
      DataSource ordered =
          calls.get(
              "DataSource.readsStretches",
              () ->
                  SplitsSetting.apply(opened, context.data(), context.batchSize(), context.seed()));
      return new CheckedData(
          ordered, context.batchSize(), schema -> ReadingTeam.of("check", context, schema), calls);
    } catch (RuntimeException | Error e) {
      Closing.after(e, opened);
      throw e;
    }
  }

  /**
   * Makes what passes need and what takes long or much memory. Without this call, the first pass
   * makes it. To be called once it is known that there is room.
   */
  public void prepare(RunListener events) {
    if (multiHot != null) {
      multiHot.drawTables(events);
    }
  }

  /** Whether the first pass has to {@link #prepare} something. */
  public boolean needsPreparation() {
    return multiHot != null;
  }
}
