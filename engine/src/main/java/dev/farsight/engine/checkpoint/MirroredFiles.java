package dev.farsight.engine.checkpoint;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.store.StoreIdentity;
import dev.farsight.engine.remote.LocalFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files of this process that belong to a checkpoint, for a store to which they are brought.
 *
 * @param runDirectory with the lines of metrics
 */
record MirroredFiles(CheckpointDirectory directory, Path runDirectory) {

  /**
   * @throws ConfigException if there would be files that are not brought
   */
  static void requirePossible(Optional<StoreIdentity> persistent, CheckpointSettings settings) {
    if (persistent.isPresent()) {
      throw new ConfigException(
          persistent.get().place()
              + ": keeps the rows on this host, where another one does not find them, so there can be no run.store; choose storage.backend = offheap");
    }
    if (settings.deltas()) {
      throw new ConfigException(
          "farsight.checkpoint.deltas = true: cannot be brought to run.store yet; set it to false");
    }
  }

  /**
   * @param manifest of the checkpoint, which is on disk
   */
  List<LocalFile> of(Manifest manifest, long step) {
    List<LocalFile> files = new ArrayList<>();
    Path checkpoint = directory.checkpoint(step);
    for (String name : manifest.files().keySet()) {
      files.add(whole(checkpoint.resolve(name)));
    }
    files.add(whole(checkpoint.resolve(Checkpoint.MANIFEST)));
    files.add(whole(checkpoint.resolve(Checkpoint.MANIFEST_SHA)));
    for (RowLogFile rows : manifest.rows()) {
      files.add(whole(directory.rowsFile(rows.step())));
    }
    for (String name : manifest.fitted().keySet()) {
      files.add(whole(directory.fitted().resolve(name)));
    }
    if (step > 0) {
      Path losses = directory.path().resolve(LossLog.NAME);
      files.add(new LocalFile(losses, LossLog.NAME, step * Float.BYTES, true));
    }
    if (manifest.progress().metricsBytes() > 0) {
      files.add(
          new LocalFile(
              runDirectory.resolve(LocalFile.METRICS),
              LocalFile.METRICS,
              manifest.progress().metricsBytes(),
              true));
    }
    return files;
  }

  private LocalFile whole(Path file) {
    try {
      String path = directory.path().relativize(file).toString().replace('\\', '/');
      return new LocalFile(file, path, Files.size(file), false);
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }
}
