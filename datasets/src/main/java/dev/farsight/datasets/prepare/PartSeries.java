package dev.farsight.datasets.prepare;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.datasets.npy.PreparedManifest.Part;

/** Writes samples as parts of the same size, one after the other. Used by one thread at a time. */
final class PartSeries {

  private final WorkFolder folder;
  private final BatchSchema schema;
  private final long partSamples;
  private boolean evaluation;

  /** Null if the next sample begins a part. */
  private PartWriter part;

  private long written;

  PartSeries(WorkFolder folder, BatchSchema schema, long partSamples) {
    this.folder = folder;
    this.schema = schema;
    this.partSamples = partSamples;
  }

  /**
   * What comes next is for training, or for evaluation.
   *
   * @return how many of these samples are written already
   */
  long begin(boolean forEvaluation) {
    evaluation = forEvaluation;
    return progress().samples(forEvaluation);
  }

  private Progress progress() {
    return folder.progress().orElseThrow();
  }

  /** Adds the samples of a batch from {@code from} on. */
  void add(Batch batch, int from) {
    for (int next = from; next < batch.samples(); ) {
      if (part == null) {
        part = new PartWriter(folder.path(), name(), schema);
      }
      int end = (int) Math.min(batch.samples(), next + partSamples - part.samples());
      part.add(batch, next, end);
      written += end - next;
      next = end;
      if (part.samples() == partSamples) {
        end();
      }
    }
  }

  private String name() {
    return WrittenPart.name(evaluation, progress().parts(evaluation));
  }

  /** Finishes the last part. */
  void end() {
    if (part != null) {
      Part whole = part.finish(evaluation);
      folder.write(progress().with(whole, part.clicks()));
      part = null;
    }
  }

  /** Samples written. */
  long written() {
    return written;
  }

  /** How many parts are complete. */
  int complete() {
    return progress().parts().size();
  }

  /** Deletes the files of a part that is not finished. */
  void deleteUnfinished() {
    try {
      if (part != null) {
        folder.deleteUnfinished();
      }
    } catch (FarsightException e) {
      // It is deleted when the work goes on.
    }
  }
}
