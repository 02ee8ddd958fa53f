package dev.farsight.engine.event;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A checkpoint is on disk: the run can be resumed from it, also after a power failure.
 *
 * @param step steps trained when it was taken
 * @param path the folder of the checkpoint; later checkpoints may replace it
 * @param duration from when training paused for it until it was on disk
 */
public record CheckpointCompleted(long step, Path path, Duration duration) {}
