package dev.farsight.engine.predict;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.FittedData;
import dev.farsight.api.data.SampleEncoder;
import dev.farsight.engine.build.Specs;
import dev.farsight.engine.data.MultiHotSetting;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.model.SettingDifferences;
import dev.farsight.engine.settings.EngineSettings;
import java.util.List;
import java.util.Optional;

/** Samples for a saved model, made as those of its training data were. */
final class ModelData {

  private final ModelShape shape;
  private final SavedState state;
  private final Settings data;
  private final DataSourceFactory factory;

  ModelData(ModelShape shape, SavedState state) {
    this.shape = shape;
    this.state = state;
    this.data = shape.farsight().section("data");
    this.factory = shape.components().source(shape.farsight());
  }

  /**
   * @return empty if samples of the source have no raw values
   */
  Optional<SampleEncoder> encoder() {
    return MultiHotSetting.isOn(data)
        ? Optional.empty() // lookups are drawn, so values do not tell them
        : factory.encoder(context(1, List.of()));
  }

  /**
   * Opens the data that the settings name, to be read once.
   *
   * @param fields names of the fields whose texts batches carry
   */
  RunData open(List<String> fields) {
    requireSettings();
    if (!fields.isEmpty() && !factory.copiesFields()) {
      throw new ConfigException(
          "data.source = "
              + factory.name()
              + " has no fields whose text could be copied, such as "
              + String.join(", ", fields));
    }
    DataContext context = context(Runtime.getRuntime().availableProcessors(), fields);
    factory.check(context);
    RunData opened = RunData.openToEvaluate(factory, context);
    try {
      requireSame(opened.schema());
      return opened;
    } catch (RuntimeException | Error e) {
      opened.close();
      throw e;
    }
  }

  private DataContext context(int threads, List<String> fields) {
    var settings = EngineSettings.of(shape.farsight());
    return new DataContext(
        data,
        data.section(factory.name()),
        settings.batchSize(),
        settings.seed(),
        threads,
        null,
        state.fitted().map(folder -> new FittedData(folder, false)).orElse(null),
        fields);
  }

  private void requireSettings() {
    List<String> differences =
        SettingDifferences.of(
                state.description().settings(),
                Specs.withOrigin(shape.farsight(), shape.components(), false),
                shape.components())
            .all();
    if (!differences.isEmpty()) {
      throw new ConfigException(
          state.path()
              + ": the model was made with other settings: "
              + String.join("; ", differences)
              + "; a prediction needs them as they were");
    }
  }

  private void requireSame(BatchSchema schema) {
    if (!shape.takes(schema)) {
      throw new ConfigException(
          state.path() + ": the data has other features or tables than the model");
    }
  }

  /** How many samples a batch of the data has room for. */
  int capacity() {
    int most = shape.step().batchSize();
    // Room for data.max-lookups was set with data.batch-size in mind.
    return data.has("max-lookups")
        ? Math.min(most, EngineSettings.of(shape.farsight()).batchSize())
        : most;
  }
}
