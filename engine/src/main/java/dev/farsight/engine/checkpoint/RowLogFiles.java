package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;
import java.util.Locale;

/** Checks the row files or undo logs of a checkpoint, by reading them completely. */
final class RowLogFiles {

  private RowLogFiles() {}

  /**
   * @throws FarsightException if a file is missing or damaged
   */
  static void check(Manifest manifest, long step, CheckpointDirectory directory) {
    if (manifest.store() != null) {
      UndoHistory.checkLogs(manifest.format(), directory, manifest.runId(), step);
      return;
    }
    for (RowLogFile file : manifest.rows()) {
      long rows = 0;
      try (var reader = directory.openRows(file, manifest.format(), manifest.runId())) {
        while (reader.advance()) {
          rows += reader.count();
        }
      }
      if (rows != file.rows()) {
        throw new FarsightException(
            String.format(
                Locale.ROOT,
                "%s: is damaged: it has %d rows of %d",
                directory.rowsFile(file.step()),
                rows,
                file.rows()));
      }
    }
  }
}
