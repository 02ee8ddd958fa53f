package dev.farsight.engine;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.build.RunSetup.Start;
import dev.farsight.engine.checkpoint.CheckpointGroup;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.process.Processes;
import dev.farsight.engine.remote.RemoteFiles;
import dev.farsight.engine.remote.RemoteRun;
import java.nio.file.Path;
import java.util.Optional;

/** The store of a run whose processes share no folder. */
final class RemoteStore {

  private RemoteStore() {}

  /**
   * @throws ConfigException if the settings name a store, and nobody has brought one
   */
  static void require(Settings farsight, Start start, Optional<RemoteFiles> store) {
    Settings run = farsight.section("run");
    if (run.has("store") && store.isEmpty() && start != Start.EVALUATION) {
      throw run.bad(
          "store",
          "is for training on Spark; here checkpoints are written to checkpoint.directory");
    }
    Settings checkpoint = farsight.section("checkpoint");
    if (store.isPresent() && checkpoint.has("directory")) {
      throw checkpoint.bad(
          "directory",
          "cannot be chosen with run.store, to which checkpoints are brought; leave it out");
    }
  }

  /** Called by all processes. What they need of the last checkpoint is on their disks then. */
  static Optional<RemoteRun> begin(
      Optional<RemoteFiles> store, Processes processes, CheckpointSettings checkpointing) {
    Path directory = checkpointing.directory();
    return store.map(
        files ->
            RemoteRun.begin(
                files,
                processes,
                process -> CheckpointGroup.directory(directory, process),
                checkpointing.runDirectory()));
  }
}
