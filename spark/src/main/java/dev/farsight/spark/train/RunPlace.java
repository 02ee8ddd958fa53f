package dev.farsight.spark.train;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.remote.RemoteRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a run leaves its checkpoints, as the driver sees it: a folder that all executors have
 * mounted, or a store.
 */
final class RunPlace {

  private static final Logger LOG = LoggerFactory.getLogger(RunPlace.class);

  private final Settings farsight;
  private final Path directory;
  private final String store;
  private final Configuration hadoop;

  /**
   * @param directory of the run; with a store, of each process
   * @param hadoop with which the store is reached
   */
  RunPlace(Settings farsight, Path directory, Configuration hadoop) {
    this.farsight = farsight;
    this.directory = directory;
    this.hadoop = hadoop;
    store = store(farsight).orElse(null);
  }

  /** The address of the folder for what the executors share; empty if they see the run's. */
  static Optional<String> store(FarsightConfig config) {
    return store(config.early(RunPlace.class.getClassLoader()));
  }

  private static Optional<String> store(Settings farsight) {
    Settings run = farsight.section("run");
    return run.has("store") ? Optional.of(run.string("store")) : Optional.empty();
  }

  /** As executors are to name it. With a store it may be relative: to the folder that each has. */
  String directory() {
    return (store == null ? directory.toAbsolutePath() : directory).toString();
  }

  /** The address of the store; null if there is none. */
  String store() {
    return store;
  }

  SerializableConfiguration hadoop() {
    return new SerializableConfiguration(hadoop);
  }

  private HadoopFiles files() {
    return HadoopFiles.of(store, hadoop);
  }

  /**
   * Told here, once, before any executor begins.
   *
   * @throws ConfigException if a store cannot be written, or has a run that has ended
   */
  void requireUsable() {
    if (store == null) {
      return;
    }
    HadoopFiles files = files();
    files.requireWritable();
    try {
      if (files.exists("report.json") && files.list("checkpoints").isEmpty()) {
        throw new ConfigException(
            files.address("report.json")
                + ": is the report of an earlier run, which has left no checkpoint to go on from; choose another run.store");
      }
    } catch (IOException e) {
      throw new FarsightException(files.address() + ": cannot be read: " + e, e);
    }
  }

  /** Of the newest checkpoint. Empty if there is none, or if the driver does not see it. */
  OptionalLong lastStep() {
    try {
      return store == null
          ? CheckpointSettings.of(farsight, directory).lastStep()
          : RemoteRun.lastStep(files());
    } catch (FarsightException | IOException e) {
      LOG.info("{}", e.getMessage());
      return OptionalLong.empty();
    }
  }
}
