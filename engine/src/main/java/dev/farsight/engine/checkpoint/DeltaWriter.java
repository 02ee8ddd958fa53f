package dev.farsight.engine.checkpoint;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.RowFormat;
import java.util.List;

/**
 * Writes the rows of one checkpoint to one file of weights, beside training. The file is created
 * with its first row, or by {@link #finish}, so that training does not wait for it.
 *
 * <p><b>Memory.</b> Two blocks of {@link RowLog}. One thread at a time.
 */
final class DeltaWriter implements AutoCloseable {

  private final CheckpointDirectory directory;
  private final int kind;
  private final long step;
  private final long runId;
  private final RowFormat format;
  private final RowsDigest digest = new RowsDigest();
  private final long[] ids;
  private final RowBuffer weights;
  private RowLogWriter log;

  /**
   * @param kind {@link RowLog#DELTA} or {@link RowLog#BASE}
   * @param rows the format of the rows that are appended
   */
  DeltaWriter(CheckpointDirectory directory, int kind, long step, long runId, RowFormat rows) {
    this.directory = directory;
    this.kind = kind;
    this.step = step;
    this.runId = runId;
    format = weightsOf(rows);
    ids = new long[RowLog.maxBlockRows(format)];
    weights = RowBuffer.allocate(format, ids.length, HostBuffers.plain());
  }

  /** The format of rows without their optimizer state. */
  static RowFormat weightsOf(RowFormat rows) {
    return new RowFormat(rows.dim(), rows.precision(), List.of());
  }

  /**
   * Appends the weights of rows.
   *
   * @param selected only these rows are appended; null for all
   */
  void append(long[] rows, int count, RowBuffer values, RowBits selected) {
    int taken = 0;
    for (int i = 0; i < count; i++) {
      if (selected == null || selected.contains(rows[i])) {
        ids[taken] = rows[i];
        weights
            .bytes(taken)
            .put(weights.byteAt(taken), values.bytes(i), values.byteAt(i), format.bytes());
        taken++;
      }
    }
    if (taken > 0) {
      log().append(ids, taken, weights);
      digest.add(ids, taken, weights, null);
    }
  }

  private RowLogWriter log() {
    if (log == null) {
      log = directory.newWeights(kind, step, format, runId);
    }
    return log;
  }

  /** Forces the file to disk. */
  Deltas.File finish() {
    try (RowLogWriter written = log()) {
      written.force();
      return new Deltas.File(step, written.rows(), written.length(), digest.sum());
    }
  }

  @Override
  public void close() {
    if (log != null) {
      log.close();
    }
  }
}
