package dev.farsight.engine.checkpoint;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.sharding.ShardingPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a run finds of an earlier one: its checkpoints, and what these tell. Changes no file. */
public final class EarlierCheckpoints {

  private EarlierCheckpoints() {}

  /**
   * Checks that there is no checkpoint of an earlier run.
   *
   * @throws ConfigException if there is one
   */
  public static void requireNone(CheckpointSettings settings) {
    var directory = new CheckpointDirectory(settings.directory());
    if (!directory.steps().isEmpty()) {
      throw new ConfigException(
          directory.path()
              + ": contains checkpoints of an earlier run; continue that run with --resume, or set another run.directory or checkpoint.directory");
    }
  }

  /**
   * Sets aside what a process has left of checkpoints that never were: process 0, which decides
   * that, has none in the folder of the run.
   */
  public static void discardParts(CheckpointSettings settings) {
    new CheckpointDirectory(settings.directory()).setAsideAfter(-1);
  }

  /**
   * The folder with what the data of a run was found to be like; empty if there is none. To be
   * asked for before the data is opened, which is before the checkpoints can be: all checkpoints of
   * a run share it, so that of the last one that can be read tells.
   *
   * @throws FarsightException if a file in it is missing or damaged
   */
  public static Optional<Path> fitted(CheckpointSettings settings) {
    return last(settings).flatMap(Checkpoint::fitted);
  }

  /**
   * How rows were divided over the devices of a run, as the last checkpoint that can be read
   * records it; empty if there is none, or if there was one device. To be asked for before the
   * checkpoints are opened, since the sizes of the run follow from it.
   */
  public static Optional<ShardingPlan> plan(CheckpointSettings settings) {
    return last(settings).map(checkpoint -> checkpoint.manifest().plan());
  }

  /**
   * The configuration of a run, the resolved section {@code farsight}, as the last checkpoint that
   * can be read records it; empty if there is none.
   *
   * @param folder the folder of the run's checkpoints
   */
  public static Optional<Config> config(Path folder) {
    return lastReadable(folder).map(checkpoint -> checkpoint.manifest().config());
  }

  /** This process's, or if it has none, that of the run. */
  private static Optional<Checkpoint> last(CheckpointSettings settings) {
    return lastReadable(settings.directory()).or(() -> lastReadable(settings.ofRun()));
  }

  private static Optional<Checkpoint> lastReadable(Path folder) {
    var directory = new CheckpointDirectory(folder);
    List<Long> steps = directory.steps();
    for (int s = steps.size() - 1; s >= 0; s--) {
      Optional<Checkpoint> checkpoint = Checkpoint.peek(directory.checkpoint(steps.get(s)));
      if (checkpoint.isPresent()) {
        return checkpoint;
      }
    }
    return Optional.empty();
  }

  /**
   * @throws ConfigException if the results of the two runs could differ
   */
  static void requireSameRun(Checkpoint last, RunIdentity identity) {
    List<String> differences =
        identity.differences(
            last.manifest().identity(), last.manifest().tables(), last.manifest().config());
    if (!differences.isEmpty()) {
      throw new ConfigException(
          "%s: belongs to another run: %s; resume with the data and settings that it began with, or start a new run elsewhere"
              .formatted(last.path(), String.join("; ", differences)));
    }
  }
}
