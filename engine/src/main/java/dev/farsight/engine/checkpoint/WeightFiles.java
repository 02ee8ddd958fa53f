package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.TableSet;
import java.nio.FloatBuffer;
import java.util.Locale;

/** Reads the files that {@link DeltaChain} writes, and checks that they are what was written. */
final class WeightFiles {

  private WeightFiles() {}

  /** Receives rows, one after the other. */
  @FunctionalInterface
  interface Sink {

    /**
     * @param firstWord the position in {@code values} at which the row's weights begin, in 4-byte
     *     words
     */
    void row(int table, int index, FloatBuffer values, int firstWord);
  }

  /**
   * Reads a file to its end.
   *
   * @param kind {@link RowLog#BASE} or {@link RowLog#DELTA}
   * @throws FarsightException if it is missing or damaged; rows before the damage were given
   */
  static void read(
      CheckpointDirectory directory, Manifest manifest, int kind, Deltas.File file, Sink sink) {
    RowFormat format = DeltaWriter.weightsOf(manifest.format());
    TableSet tables = manifest.tables();
    var digest = new RowsDigest();
    try (var reader = directory.openWeights(kind, file, format, manifest.runId())) {
      while (reader.advance()) {
        digest.add(reader.ids(), reader.count(), reader.values(), null);
        for (int i = 0; i < reader.count(); i++) {
          long row = reader.ids()[i];
          if (row >= tables.rows()) {
            throw new FarsightException(
                String.format(
                    Locale.ROOT,
                    "%s: is damaged: it has row %d of %d",
                    reader.file(),
                    row,
                    tables.rows()));
          }
          int table = tables.tableOf(row);
          sink.row(
              table,
              tables.indexOf(table, row),
              reader.values().floats(i),
              reader.values().wordAt(i));
        }
      }
      if (digest.rows() != file.rows() || digest.sum() != file.rowsSum()) {
        throw new FarsightException(
            reader.file() + ": is damaged: its rows are not those that the checkpoint names");
      }
    }
  }

  /**
   * Reads all files of a checkpoint for followers; none if it has none.
   *
   * @throws FarsightException if one is missing or damaged
   */
  static void check(CheckpointDirectory directory, Manifest manifest) {
    Deltas deltas = manifest.deltas();
    if (deltas == null) {
      return;
    }
    read(directory, manifest, RowLog.BASE, deltas.base(), (table, index, values, word) -> {});
    for (Deltas.Delta delta : deltas.deltas()) {
      read(directory, manifest, RowLog.DELTA, delta.file(), (table, index, values, word) -> {});
    }
  }
}
