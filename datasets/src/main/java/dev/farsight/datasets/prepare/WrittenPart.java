package dev.farsight.datasets.prepare;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.npy.PreparedManifest.Part;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A part that was written by itself, maybe by another process, in a folder of its own.
 *
 * @param folder where its files are
 * @param clicks samples with the label 1
 * @param truncatedBags bags that were cut short, those of samples passed over too
 */
public record WrittenPart(String folder, Part part, long clicks, long truncatedBags)
    implements Serializable {

  /** Lookups that a batch has room for. */
  private static final int BATCH_LOOKUPS = 1 << 22;

  private static final int MOST_BATCH_SAMPLES = 4096;

  /** The name of a part. */
  public static String name(boolean evaluation, int number) {
    return String.format(Locale.ROOT, "%s-%05d", evaluation ? "eval" : "train", number);
  }

  /**
   * Writes a part. Takes a batch of memory beside what the source and a {@link PartWriter} take.
   *
   * @param folder made here, in one that is there: an attempt that comes too late finds it deleted
   * @param pass closed when it is read
   * @param skip samples to pass over
   * @param samples samples of the part
   * @throws FarsightException if the pass ends before, or files cannot be written
   */
  public static WrittenPart write(
      Path folder, String name, boolean evaluation, BatchSource pass, long skip, long samples) {
    try (pass) {
      Files.createDirectory(folder);
      var part = new PartWriter(folder, name, pass.schema());
      Batch batch = batch(pass);
      long position = -skip;
      while (position < samples) {
        if (!pass.next(batch)) {
          throw new FarsightException(
              name
                  + ": the data ends "
                  + (samples - position)
                  + " samples too early; was it changed?");
        }
        int from = (int) Math.min(batch.samples(), Math.max(0, -position));
        int to = (int) Math.min(batch.samples(), samples - position);
        if (from < to) {
          part.add(batch, from, to);
        }
        position += batch.samples();
      }
      Part whole = part.finish(evaluation);
      return new WrittenPart(folder.toString(), whole, part.clicks(), pass.truncatedBags());
    } catch (IOException e) {
      throw DurableFiles.unwritable(folder, e);
    }
  }

  /** A batch to read a pass with, small enough for bags of any length. */
  public static Batch batch(BatchSource pass) {
    long lookups =
        pass.schema().features().stream().mapToLong(feature -> feature.maxLookups()).sum();
    int samples =
        (int) Math.max(1, Math.min(MOST_BATCH_SAMPLES, BATCH_LOOKUPS / Math.max(1, lookups)));
    return new Batch(pass.schema(), samples, HostBuffers.plain());
  }
}
