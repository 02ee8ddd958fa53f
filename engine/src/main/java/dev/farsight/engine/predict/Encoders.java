package dev.farsight.engine.predict;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.FittedData;
import dev.farsight.api.data.SampleEncoder;
import dev.farsight.engine.data.MultiHotSetting;
import dev.farsight.engine.settings.EngineSettings;
import java.util.Optional;

/** Makes encoders of raw values, by the source that a model was trained on. */
final class Encoders {

  private Encoders() {}

  /**
   * @return empty if samples of the source have no raw values
   */
  static Optional<SampleEncoder> of(ModelShape shape, SavedState state) {
    Settings data = shape.farsight().section("data");
    if (MultiHotSetting.isOn(data)) {
      return Optional.empty(); // lookups are drawn, so values do not tell them
    }
    var settings = EngineSettings.of(shape.farsight());
    DataSourceFactory source = shape.components().source(shape.farsight());
    return source.encoder(
        new DataContext(
            data,
            data.section(source.name()),
            settings.batchSize(),
            settings.seed(),
            1,
            null,
            state.fitted().map(folder -> new FittedData(folder, false)).orElse(null)));
  }
}
