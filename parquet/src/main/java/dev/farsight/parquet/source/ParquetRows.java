package dev.farsight.parquet.source;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.IoReason;
import dev.farsight.reading.Records;
import java.io.IOException;
import java.util.List;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/**
 * The rows of a file from one of them on, as {@link RowCutter} finds their fields. In memory are
 * the columns that are read of one row group, packed as they are in the file, and of each one page
 * and the dictionary unpacked. Row groups before the first row are not read.
 */
final class ParquetRows implements Records {

  private static final int LONGEST_ROW = 1 << 24;

  private final ParquetPath file;
  private final ParquetFileReader reader;
  private final List<BlockMetaData> groups;
  private final String createdBy;
  private final FieldReader[] fields;
  private final GrowingBytes row = new GrowingBytes();

  /** Number of the row group after the one at hand. */
  private int nextGroup;

  /** Rows of the group at hand that are still to be read. */
  private long left;

  private long number;

  ParquetRows(ParquetPath file, ParquetMetadata footer, List<Field> fields, long first) {
    this.file = file;
    this.groups = footer.getBlocks();
    this.createdBy = footer.getFileMetaData().getCreatedBy();
    this.fields =
        fields.stream()
            .map(field -> new FieldReader(field, footer.getFileMetaData().getSchema()))
            .toArray(FieldReader[]::new);
    this.reader =
        file.reading(
            "",
            () -> {
              ParquetFileReader opened = file.open(footer);
              opened.setRequestedSchema(fields.stream().map(Field::leaf).distinct().toList());
              return opened;
            });
    try {
      skip(first);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void skip(long rows) {
    long rest = rows;
    while (nextGroup < groups.size() && rest >= groups.get(nextGroup).getRowCount()) {
      rest -= groups.get(nextGroup++).getRowCount();
    }
    number = rows;
    if (rest > 0) {
      toGroup();
      left -= rest;
      long skipped = rest;
      file.reading(where(), () -> skipInGroup(skipped));
    }
  }

  private Void skipInGroup(long rows) {
    for (FieldReader field : fields) {
      for (long r = 0; r < rows; r++) {
        field.skip();
      }
    }
    return null;
  }

  @Override
  public boolean next() {
    if (left == 0 && !toGroup()) {
      return false;
    }
    left--;
    number++;
    try {
      read();
    } catch (RuntimeException | OutOfMemoryError e) {
      file.reading(where(), () -> rethrow(e));
    }
    return true;
  }

  private void read() {
    row.setLength(RowCutter.firstField(fields.length));
    for (int f = 0; f < fields.length; f++) {
      fields[f].read(row);
      row.setInt(f * Integer.BYTES, row.length());
      if (row.length() > LONGEST_ROW) {
        throw new UnreadableException("row " + number + " has more than 16 MiB");
      }
    }
  }

  private static Void rethrow(Throwable failure) {
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    throw (Error) failure;
  }

  /** Moves to the next row group that has rows; false if there is none. */
  private boolean toGroup() {
    while (left == 0 && nextGroup < groups.size()) {
      int group = nextGroup++;
      left = file.reading(where(), () -> begin(group));
    }
    return left > 0;
  }

  private long begin(int group) throws IOException {
    long rows = groups.get(group).getRowCount();
    if (rows > 0) {
      for (FieldReader field : fields) {
        field.end();
      }
      PageReadStore pages = reader.readRowGroup(group);
      for (FieldReader field : fields) {
        field.start(pages, createdBy, rows);
      }
    }
    return rows;
  }

  private String where() {
    return "row group " + nextGroup + " of " + groups.size() + ": ";
  }

  @Override
  public byte[] bytes() {
    return row.array();
  }

  @Override
  public int from() {
    return 0;
  }

  @Override
  public int to() {
    return row.length();
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw new FarsightException(file + ": cannot be closed: " + IoReason.of(e), e);
    }
  }
}
