package dev.farsight.engine.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The parts that the processes of a run have of one checkpoint. All of them together are the
 * checkpoint.
 */
final class ProcessParts {

  private final long step;
  private final List<CheckpointDirectory> directories;
  private final List<Manifest> manifests;

  private ProcessParts(long step, List<CheckpointDirectory> directories, List<Manifest> manifests) {
    this.step = step;
    this.directories = directories;
    this.manifests = manifests;
  }

  /** A part by itself. */
  static ProcessParts one(CheckpointDirectory directory, long step, Manifest manifest) {
    return new ProcessParts(step, List.of(directory), List.of(manifest));
  }

  /**
   * @param run the directory of the run
   * @param first of process 0
   * @throws dev.farsight.api.FarsightException if a part is missing or damaged
   */
  static ProcessParts of(CheckpointDirectory run, long step, Manifest first) {
    List<CheckpointDirectory> directories = new ArrayList<>(List.of(run));
    List<Manifest> manifests = new ArrayList<>(List.of(first));
    for (int process = 1; process < first.processes(); process++) {
      var directory = new CheckpointDirectory(CheckpointGroup.directory(run.path(), process));
      directories.add(directory);
      manifests.add(Checkpoint.open(directory.checkpoint(step)).manifest());
    }
    return new ProcessParts(step, directories, manifests);
  }

  /** The row files of all parts, in an order in which the last one that has a row counts. */
  List<Supplier<RowLogReader>> rows() {
    List<Supplier<RowLogReader>> logs = new ArrayList<>();
    for (int process = 0; process < manifests.size(); process++) {
      CheckpointDirectory directory = directories.get(process);
      Manifest manifest = manifests.get(process);
      for (RowLogFile file : manifest.rows()) {
        logs.add(() -> directory.openRows(file, manifest.format(), manifest.runId()));
      }
    }
    return logs;
  }

  /** Rows in the row files; a row in several files counts several times. */
  long loggedRows() {
    return manifests.stream()
        .flatMap(manifest -> manifest.rows().stream())
        .mapToLong(RowLogFile::rows)
        .sum();
  }

  /** Rows in the persistent stores that hold the rows. */
  long rowsHeld() {
    return manifests.stream().mapToLong(Manifest::rowsHeld).sum();
  }

  /** Bytes of the checkpoint's own files and its row files. */
  long bytes() {
    return manifests.stream()
        .mapToLong(
            manifest ->
                manifest.files().values().stream().mapToLong(Manifest.FileDigest::bytes).sum()
                    + manifest.rows().stream().mapToLong(RowLogFile::bytes).sum())
        .sum();
  }

  /** Reads and checks the row files or undo logs. */
  void check() {
    for (int process = 0; process < manifests.size(); process++) {
      RowLogFiles.check(manifests.get(process), step, directories.get(process));
    }
  }
}
