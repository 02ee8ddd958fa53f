package dev.farsight.datasets.prepare;

import java.nio.file.Path;
import java.util.List;

/** Writes the parts of a preparation elsewhere, such as on a cluster. */
@FunctionalInterface
public interface PartMaker {

  /**
   * What is to be written.
   *
   * @param staging a folder that is there; each part, and each attempt to write it, has one of its
   *     own in it
   * @param partSamples samples of each part but the last one for training, or for evaluation
   * @param trainSamples how many samples for training are written already: whole parts
   * @param evalSamples the same for evaluation
   */
  record Wanted(Path staging, long partSamples, long trainSamples, long evalSamples) {

    /** How many samples are written already. */
    public long done(boolean evaluation) {
      return evaluation ? evalSamples : trainSamples;
    }
  }

  /**
   * What was written.
   *
   * @param parts those for training, then those for evaluation
   * @param badRows malformed rows of all the data that were left out
   * @param truncatedBags bags of all the data that were cut short
   */
  record Made(List<WrittenPart> parts, long badRows, long truncatedBags) {

    public Made {
      parts = List.copyOf(parts);
    }
  }

  /** Writes all parts that are wanted. */
  Made make(Wanted wanted);
}
