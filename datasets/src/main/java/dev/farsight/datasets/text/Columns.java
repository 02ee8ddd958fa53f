package dev.farsight.datasets.text;

import dev.farsight.api.FarsightException;
import dev.farsight.datasets.file.DataFile;
import dev.farsight.datasets.file.RecordReader;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the columns of the files of a data set, file by file. Those of files without header are
 * those of the first.
 */
final class Columns {

  private static final Logger LOG = LoggerFactory.getLogger(Columns.class);

  private final TextFormat format;
  private FieldMap first;

  /** What the first file without lines lacks; null before one was seen. */
  private String emptiness;

  Columns(TextFormat format) {
    this.format = format;
  }

  /**
   * Moves the reader, which is new, to the first record and finds the columns there.
   *
   * @return null if the file is empty
   * @throws FarsightException if a column is missing
   */
  FieldMap find(DataFile file, RecordReader reader) {
    if (!reader.next()) {
      String complaint = reader.line() == 1 ? "is empty" : "has only blank lines";
      LOG.warn("{}: {}", file, complaint);
      emptiness = emptiness == null ? complaint : emptiness;
      return null;
    }
    if (first != null && !format.header()) {
      return first;
    }
    FieldMap found = format.mapper().map(file, reader.line(), fields(file, reader));
    if (first == null) {
      first = found;
    } else if (found.labelled() != first.labelled()) {
      throw new FarsightException(
          file + ": has a label column, or lacks one, unlike the files before it");
    }
    return found;
  }

  private List<String> fields(DataFile file, RecordReader reader) {
    var fields = new FieldSplitter(format.separator(), format.quotes());
    try {
      fields.split(reader.bytes(), reader.from(), reader.to());
    } catch (BadRow e) {
      throw new FarsightException(file + ":" + reader.line() + ": " + e.getMessage(), e);
    }
    return fields.texts(reader.bytes());
  }

  /** The columns of the first file that is not empty; null before one was seen. */
  FieldMap first() {
    return first;
  }

  /** The error that no file has a line. */
  FarsightException allEmpty(List<DataFile> files) {
    return none(files, emptiness);
  }

  /** The error that no file has what was looked for. */
  static FarsightException none(List<DataFile> files, String complaint) {
    int more = files.size() - 1;
    return new FarsightException(
        files.get(0)
            + ": "
            + complaint
            + (more > 0 ? ", nor have the " + more + " files after it" : ""));
  }
}
