package dev.farsight.datasets.synthetic;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPOutputStream;

/**
 * A file of synthetic rows, compressed if its name ends in {@code .gz}. It is written beside its
 * place, as {@code NAME.part}, and renamed at the end: a failure leaves an earlier file as it was.
 */
public final class RowFile {

  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final Path unfinished;

  /** Turns samples into text. */
  @FunctionalInterface
  public interface Format {

    /** What writes samples to a stream, after a header if there is one. */
    SyntheticSource.RawRow rows(OutputStream out) throws IOException;
  }

  public RowFile(Path file) {
    this.file = file;
    this.unfinished = file.resolveSibling(file.getFileName() + ".part");
  }

  /**
   * Writes all samples of a source, those to train on first.
   *
   * @param chunk rows between two calls of {@code chunkDone}, which may throw to end the writing
   * @return how many
   * @throws FarsightException if the file cannot be written
   */
  public long write(SyntheticSource source, Format format, int chunk, Runnable chunkDone) {
    try {
      try (OutputStream out = open()) {
        source.forEachRow(format.rows(out), chunk, chunkDone);
      }
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
      return source.trainSamples() + source.evalSamples();
    } catch (IOException e) {
      throw unwritable(e);
    } catch (UncheckedIOException e) {
      throw unwritable(e.getCause());
    } catch (RuntimeException | Error e) {
      discard(e);
      throw e;
    }
  }

  private OutputStream open() throws IOException {
    if (file.getParent() != null) {
      Files.createDirectories(file.getParent());
    }
    OutputStream out = Files.newOutputStream(unfinished);
    return new BufferedOutputStream(
        file.toString().endsWith(".gz") ? new GZIPOutputStream(out, BUFFER) : out, BUFFER);
  }

  private FarsightException unwritable(IOException cause) {
    discard(cause);
    return DurableFiles.unwritable(file, cause);
  }

  private void discard(Throwable cause) {
    try {
      Files.deleteIfExists(unfinished);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
