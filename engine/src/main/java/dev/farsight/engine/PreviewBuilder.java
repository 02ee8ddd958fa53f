package dev.farsight.engine;

import dev.farsight.api.config.Settings;
import dev.farsight.engine.build.CacheFit;
import dev.farsight.engine.build.CountedRows;
import dev.farsight.engine.build.DataUse;
import dev.farsight.engine.build.FirstBatches;
import dev.farsight.engine.build.MemoryPlan;
import dev.farsight.engine.build.SettingsCheck;
import dev.farsight.engine.build.Shapes;
import dev.farsight.engine.build.Shardings;
import dev.farsight.engine.build.Specs;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.run.TrainingRun;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.sharding.ShardingPlan;
import java.util.Optional;

/** Makes a {@link Preview}. Opens the data and nothing else. */
final class PreviewBuilder {

  private PreviewBuilder() {}

  static Preview of(Settings farsight, Components components, RunListener listener) {
    EngineSettings settings = SettingsCheck.of(farsight, components);
    CountedRows.requireThere(farsight);
    listener.phase(Specs.openingData(settings));
    try (RunData data =
        Specs.openData(settings, components, DataUse.ofNewRun(farsight, components, true), false)) {
      Specs.tape(settings, components, data.schema());
      ShardingPlan plan = Shardings.of(settings, components, data, Optional.empty(), listener);
      var shapes = Shapes.of(settings, data.schema(), plan);
      return new Preview(
          MemoryPlan.forecast(
              settings,
              components,
              shapes,
              data.trainSamples(),
              data.evalSamples(),
              data.passBytes()),
          MemoryPlan.deviceBytes(settings, components, shapes),
          CacheFit.of(settings, shapes),
          plan,
          shapes.format().bytes(),
          data.needsPreparation() ? FirstBatches.NONE : FirstBatches.of(data, settings.batchSize()),
          data.trainSamples(),
          data.evalSamples(),
          TrainingRun.totalSteps(settings, data.trainSamples()));
    }
  }
}
