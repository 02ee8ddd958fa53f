package dev.farsight.engine.build;

import dev.farsight.api.config.Settings;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.tier.TierSettings;

/** How often a run reads its data, which matters for data that can be read only once. */
final class DataPasses {

  private DataPasses() {}

  /**
   * The setting because of which a part of the data may be read more than once; null if there is
   * none.
   *
   * @param checkpoints whether checkpoints are written, from which a run reads its data again
   */
  static String second(EngineSettings settings, Components components, boolean checkpoints) {
    Settings farsight = settings.farsight();
    if (settings.epochs() > 1) {
      return "train.epochs = " + settings.epochs();
    }
    if (checkpoints) {
      return "a run with checkpoints";
    }
    if (!CountedRows.saved(farsight)) {
      if (settings.warmUp() > 0) {
        return "cache.warm-up = " + settings.warmUp();
      }
      if (components.policy(farsight).wantsFrequencies()) {
        return "cache.policy = " + farsight.section("cache").string("policy");
      }
      if (TierSettings.wantsFrequencies(components, farsight)) {
        return "the policy of the tier above the store";
      }
    }
    Settings data = farsight.section("data");
    boolean evaluates =
        data.has("eval-path")
            || data.section("eval-where").has("column")
            || data.share("eval-fraction", 0, 1) > 0;
    if (evaluates && settings.evalEvery().steps() > 0) {
      return "train.eval-every = " + settings.evalEvery().steps();
    }
    return evaluates && settings.evalSamples() > 0
        ? "train.eval-samples = " + settings.evalSamples()
        : null;
  }
}
