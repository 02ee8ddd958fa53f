package dev.farsight.engine.verify;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.store.RowReader;
import dev.farsight.engine.checkpoint.CheckpointReader;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Path;

/** Opens replays that start at one checkpoint, each in a folder of its own. */
final class Replays {

  private final Components components;
  private final CheckpointReader start;
  private final RowReader rows;
  private final Configurations configurations;
  private final Path scratch;
  private int opened;
  private volatile Replay current;
  private volatile boolean stopped;

  /**
   * The sections {@code farsight} of the two kinds of replays.
   *
   * @param own that of the run
   * @param reference the one to compare with
   */
  record Configurations(Config own, Config reference) {}

  /**
   * @param rows the rows of the checkpoint; not owned
   * @param scratch a folder for the replays' files
   */
  Replays(
      Components components,
      CheckpointReader start,
      RowReader rows,
      Configurations configurations,
      Path scratch) {
    this.components = components;
    this.start = start;
    this.rows = rows;
    this.configurations = configurations;
    this.scratch = scratch;
  }

  /** The number of rows of all tables, and their names. */
  RowReader rows() {
    return rows;
  }

  /** A replay with the run's own configuration. */
  Replay own(RunListener events) {
    return open(configurations.own(), events);
  }

  /** A replay with the reference's configuration. */
  Replay reference(RunListener events) {
    return open(configurations.reference(), events);
  }

  private Replay open(Config farsight, RunListener events) {
    Path folder = scratch.resolve("replay-" + ++opened);
    var replay =
        new Replay(
            withOwnStore(farsight, folder.resolve("store")),
            components,
            start,
            rows,
            folder,
            events);
    current = replay;
    if (stopped) {
      replay.stop();
    }
    return replay;
  }

  /** Ends the current replay and those to come after their current step. Any thread. */
  void stop() {
    stopped = true;
    Replay replay = current;
    if (replay != null) {
      replay.stop();
    }
  }

  /**
   * @param reached whether a replay got to where it should
   * @throws FarsightException if not, as it was stopped
   */
  static void require(boolean reached) {
    if (!reached) {
      throw new FarsightException("the verification was stopped: nothing is proved");
    }
  }

  /** A replay must not open the store of the run: a folder that is set is replaced. */
  private static Config withOwnStore(Config farsight, Path storeFolder) {
    String key = "storage." + farsight.getString("storage.backend") + ".path";
    return farsight.hasPath(key)
        ? farsight.withValue(key, ConfigValueFactory.fromAnyRef(storeFolder.toString()))
        : farsight;
  }
}
