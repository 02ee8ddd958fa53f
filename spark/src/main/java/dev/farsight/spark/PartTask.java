package dev.farsight.spark;

import dev.farsight.api.FarsightException;
import dev.farsight.datasets.prepare.WrittenPart;
import dev.farsight.reading.pieces.PieceSource;
import java.io.Serializable;
import java.nio.file.Path;
import org.apache.spark.TaskContext;

/**
 * Writes one part of prepared data.
 *
 * @param rows raw rows that have its samples
 * @param skip samples of these rows that belong to the part before
 * @param samples samples of the part
 */
record PartTask(String name, RowRange rows, long skip, long samples) implements Serializable {

  /**
   * What came of it.
   *
   * @param written null if there is a complaint
   * @param complaint about the data, which would be the same if Spark repeated the task; or null
   */
  record Result(WrittenPart written, String complaint) implements Serializable {}

  /** Writes the part, in a folder that no other attempt has. */
  Result run(OpenedPart of, String staging) {
    Path folder = Path.of(staging, name + "-" + TaskContext.get().taskAttemptId());
    try (PieceSource source = of.open()) {
      var pass = source.read(of.evaluation(), rows.from(), rows.to());
      return new Result(
          WrittenPart.write(folder, name, of.evaluation(), pass, skip, samples), null);
    } catch (FarsightException e) {
      if (e.getCause() == null) {
        return new Result(null, e.getMessage());
      }
      throw e;
    }
  }
}
