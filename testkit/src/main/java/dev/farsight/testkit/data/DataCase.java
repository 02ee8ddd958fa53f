package dev.farsight.testkit.data;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Data, and the settings that a source is opened with to read it.
 *
 * @param name for messages
 * @param files writes the data
 * @param mayDropRows whether the source may leave rows out, so that it has fewer samples than it
 *     promises
 * @param readOnce whether the data can be read only once, as that of a pipe
 */
public record DataCase(String name, Files files, boolean mayDropRows, boolean readOnce) {

  /** Writes data: the same at each call. */
  @FunctionalInterface
  public interface Files {

    /**
     * Writes the data into a folder that is empty.
     *
     * @return the settings in HOCON, below {@code farsight.data}: the source's own in its own
     *     section, and {@code path}, {@code eval-fraction} and {@code on-bad-row} if they are not
     *     null, 0 and fail
     */
    String write(Path folder) throws IOException;
  }

  /** Data whose rows are all there in every pass. */
  public DataCase(String name, Files files) {
    this(name, files, false, false);
  }

  /** The same, of which the source may leave rows out. */
  public DataCase droppingRows() {
    return new DataCase(name, files, true, readOnce);
  }

  /** The same, which can be read only once. */
  public DataCase once() {
    return new DataCase(name, files, mayDropRows, true);
  }

  @Override
  public String toString() {
    return name;
  }
}
