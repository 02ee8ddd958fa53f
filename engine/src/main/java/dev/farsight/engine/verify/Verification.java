package dev.farsight.engine.verify;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.store.RowReader;
import dev.farsight.engine.checkpoint.CheckpointReader;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.progress.OrderedListener;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Repeats steps of a run from one of its checkpoints on, and compares.
 *
 * <ol>
 *   <li>The <i>reference</i>, a replay with another configuration (by default: all rows resident,
 *       rows in memory), repeats the steps. Each loss must be the recorded one, to the bit. At each
 *       checkpoint of the run, the digest of the rows changed since the one before must be the
 *       recorded one.
 *   <li>If the loss of a step differs, the run's own configuration and the reference repeat the
 *       steps up to that one, one after the other, and the rows of the step's batch are compared
 *       before and after it.
 *   <li>If the fault does not come again, the reference goes on to the next checkpoint of the run,
 *       and the rows that differ there are named.
 * </ol>
 *
 * <p>The run is not changed: replays write to a temporary folder. A replay copies all rows that
 * were ever written, and takes as much memory as a run. Used by one thread.
 */
public final class Verification {

  /** The reference: nothing is ever evicted, and no other store can be at fault. */
  private static final List<String> REFERENCE =
      List.of("cache.size=all", "storage.backend=offheap");

  private final Components components;
  private final List<ClassLoader> loaders;
  private final RunListener progress;
  private volatile Replays current;
  private volatile boolean stopped;

  /**
   * @param loaders class loaders that find the {@code reference.conf} files
   * @param progress receives the phases, their progress and the steps of the replays
   */
  public Verification(Components components, List<ClassLoader> loaders, RunListener progress) {
    this.components = components;
    this.loaders = List.copyOf(loaders);
    this.progress = new OrderedListener(progress);
  }

  /**
   * Verifies a stretch of a run.
   *
   * @param run the run's folder, or the folder of its checkpoints
   * @param from step of the checkpoint to start from; by default the last but one
   * @param steps steps to repeat; by default all that were recorded
   * @param overrides settings of the reference that differ from the default ones, as {@code
   *     KEY=VALUE}
   * @throws ConfigException if the reference could not give the same results, for example with
   *     another backend or precision
   * @throws FarsightException if the checkpoints are damaged, or recorded nothing to compare with
   */
  public Verdict verify(Path run, OptionalLong from, OptionalLong steps, List<String> overrides) {
    try (var scratch = new ScratchFolder();
        var recorded = new RecordedRun(run, components)) {
      CheckpointReader start = recorded.start(from);
      long lastStep =
          Math.min(
              recorded.lastStep(),
              steps.isPresent() ? start.step() + steps.getAsLong() : Long.MAX_VALUE);
      if (lastStep <= start.step()) {
        throw new FarsightException(
            "no step was recorded after the checkpoint of step " + start.step());
      }
      try (RowReader rows = recorded.rows(start)) {
        var replays =
            new Replays(
                components, start, rows, configuration(recorded, overrides), scratch.path());
        current = replays;
        if (stopped) {
          replays.stop();
        }
        return new Stretch(recorded, start, lastStep, replays, progress).verify();
      }
    }
  }

  /** Ends {@link #verify} after the current step, by an exception. Any thread. */
  public void stop() {
    stopped = true;
    Replays replays = current;
    if (replays != null) {
      replays.stop();
    }
  }

  /** The reference's configuration, over that of the run. */
  private Replays.Configurations configuration(RecordedRun recorded, List<String> overrides) {
    FarsightConfig own = FarsightConfig.ofSection("checkpoint.json", recorded.config());
    return new Replays.Configurations(
        own.resolve(loaders), own.set(REFERENCE).set(overrides).resolve(loaders));
  }
}
