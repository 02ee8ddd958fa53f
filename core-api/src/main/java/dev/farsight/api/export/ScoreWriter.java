package dev.farsight.api.export;

import dev.farsight.api.data.FieldTexts;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Writes the scores of samples to one file, in their order. Used by one thread. */
public interface ScoreWriter extends Closeable {

  /**
   * What there is of a sample: the texts of fields, then its logit if asked for, then its
   * probability of label 1.
   *
   * @param fields names of the fields whose texts are written
   * @param logits whether the logits are written
   */
  record Columns(List<String> fields, boolean logits) {

    public Columns {
      fields = List.copyOf(fields);
    }
  }

  /**
   * Writes the scores of a batch.
   *
   * @param texts of the fields, sample by sample
   * @param logits by sample
   * @param probabilities by sample
   */
  void write(FieldTexts texts, float[] logits, float[] probabilities, int samples)
      throws IOException;

  /** Completes the file. */
  @Override
  void close() throws IOException;
}
