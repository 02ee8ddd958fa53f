package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;

/** Checks the rows that a checkpoint refers to, by reading all of them. */
final class RowLogFiles {

  private RowLogFiles() {}

  /**
   * @throws FarsightException if a file is missing or damaged
   */
  static void check(Manifest manifest, long step, CheckpointDirectory directory) {
    if (manifest.store() != null) {
      UndoneRows.checkLogs(manifest.format(), directory, manifest.run(), step);
      return;
    }
    for (RowLogFile file : manifest.rows()) {
      long rows = 0;
      try (var reader = directory.rows(file, manifest.format(), manifest.run())) {
        while (reader.advance()) {
          rows += reader.count();
        }
      }
      if (rows != file.rows()) {
        throw new FarsightException(
            "%s: is damaged: it has %d rows of %d"
                .formatted(directory.rowsFile(file.step()), rows, file.rows()));
      }
    }
  }
}
