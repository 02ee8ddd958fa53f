package dev.farsight.engine.build;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.FittedData;
import dev.farsight.engine.model.SavedModel;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a run does with its data.
 *
 * @param trains whether it trains; otherwise it only evaluates
 * @param fitted what earlier data was found to be like; empty if nothing is known
 */
public record DataUse(boolean trains, Optional<FittedData> fitted) {

  /**
   * A new run. What the data of its model was found to be like stays, if it begins with one ({@code
   * model.load}); training may add to it.
   *
   * @param farsight the section {@code farsight}
   * @throws dev.farsight.api.config.ConfigException if the model was made with other settings
   * @throws dev.farsight.api.FarsightException if it is an export that cannot be loaded
   */
  public static DataUse ofNewRun(Settings farsight, Components components, boolean trains) {
    Optional<SavedModel> model =
        farsight.section("model").optionalPath("load").map(SavedModel::new);
    model.ifPresent(
        saved -> {
          saved.requireComplete();
          saved.requireSettings(Specs.withOrigin(farsight, components, trains), components, trains);
        });
    return new DataUse(
        trains, model.flatMap(SavedModel::fitted).map(folder -> new FittedData(folder, trains)));
  }

  /** A check of the settings alone. */
  static DataUse ofNothing() {
    return new DataUse(true, Optional.empty());
  }

  /**
   * Training that goes on from a checkpoint.
   *
   * @param fitted what the data of its run was found to be like; empty if nothing is known
   */
  public static DataUse continued(Optional<Path> fitted) {
    return new DataUse(true, fitted.map(folder -> new FittedData(folder, false)));
  }
}
