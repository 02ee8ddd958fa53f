package dev.farsight.reading.internal.record;

import dev.farsight.api.FarsightException;
import dev.farsight.reading.BadRowException;
import dev.farsight.reading.Columns;
import dev.farsight.reading.FileLayout;
import dev.farsight.reading.RecordFormat;
import dev.farsight.reading.internal.line.DataFile;
import dev.farsight.reading.internal.line.RecordReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the layouts of the files of a data set, file by file. That of files without header is that
 * of the first.
 */
final class LayoutFinder {

  private static final Logger LOG = LoggerFactory.getLogger(LayoutFinder.class);

  private final RecordFormat format;
  private final Columns columns;
  private FileLayout first;

  /** What the first file without lines lacks; null before one was seen. */
  private String emptiness;

  private final List<String> held = new ArrayList<>();

  /**
   * @param columns those whose positions are wanted
   */
  LayoutFinder(RecordFormat format, Columns columns) {
    this.format = format;
    this.columns = columns;
  }

  /**
   * Moves the reader, which is new, to the first record and finds the layout there.
   *
   * @return null if the file is empty
   * @throws FarsightException if a column is missing
   */
  FileLayout find(DataFile file, RecordReader reader) {
    if (!reader.next()) {
      String complaint = reader.number() == 1 ? "is empty" : "has only blank lines";
      emptiness = emptiness == null ? complaint : emptiness;
      warn(file + ": " + complaint);
      return null;
    }
    if (first != null && !format.header()) {
      return first;
    }
    FileLayout found = layout(file, reader);
    if (first == null) {
      first = found;
      held.forEach(LOG::warn);
    } else if (found.labelled() != first.labelled()) {
      throw new FarsightException(
          file + ": has a label column, or lacks one, unlike the files before it");
    }
    return found;
  }

  /** If all files are empty, the error tells, and a warning would say it twice. */
  private void warn(String line) {
    if (first == null) {
      held.add(line);
    } else {
      LOG.warn(line);
    }
  }

  private FileLayout layout(DataFile file, RecordReader reader) {
    try {
      return format.layout(columns, Arrays.copyOfRange(reader.bytes(), reader.from(), reader.to()));
    } catch (BadRowException e) {
      throw new FarsightException(file + ":" + reader.number() + ": " + e.getMessage(), e);
    }
  }

  /** The layout of the first file that is not empty; null before one was seen. */
  FileLayout first() {
    return first;
  }

  /** The error that no file has a line. */
  FarsightException allEmpty(List<?> files) {
    return none(files, emptiness);
  }

  /** The error that no file has what was looked for. */
  static FarsightException none(List<?> files, String complaint) {
    return none(files, complaint, "");
  }

  /**
   * The error that no file has what was looked for.
   *
   * @param hint follows on the complaint
   */
  static FarsightException none(List<?> files, String complaint, String hint) {
    int more = files.size() - 1;
    return new FarsightException(
        files.get(0)
            + ": "
            + complaint
            + (more > 0 ? ", nor have the " + more + " files after it" : "")
            + hint);
  }
}
