package dev.farsight.engine.build;

import dev.farsight.api.config.Settings;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.run.RunEvents;
import dev.farsight.engine.settings.EngineSettings;
import java.nio.file.Path;

/**
 * What a run is built from.
 *
 * @param checkpoints opens the checkpoints that the run writes or continues from
 */
public record RunSetup(
    EngineSettings settings,
    Components components,
    RunEvents events,
    Path runDirectory,
    CheckpointOpening checkpoints) {

  /** The section {@code farsight}. */
  Settings farsight() {
    return settings.farsight();
  }
}
