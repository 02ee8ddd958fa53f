package dev.farsight.parquet.source;

import dev.farsight.reading.CountedFile;
import dev.farsight.reading.FileLayout;
import dev.farsight.reading.Records;
import java.lang.ref.SoftReference;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/**
 * A Parquet file and what is read of it. The footer, about a kilobyte for each column of each row
 * group, is kept while there is memory to spare, and read again otherwise.
 */
final class ParquetDataFile implements CountedFile {

  private final ParquetPath file;
  private final List<Field> fields;
  private final long[] groups;
  private final FileLayout layout;
  private final long passBytes;
  private volatile SoftReference<ParquetMetadata> footer = new SoftReference<>(null);

  ParquetDataFile(
      ParquetPath file,
      List<Field> fields,
      long[] groups,
      FileLayout layout,
      ParquetMetadata footer) {
    this.file = file;
    this.fields = fields;
    this.groups = groups;
    this.layout = layout;
    this.passBytes = GroupBytes.most(footer.getBlocks(), fields);
  }

  @Override
  public long records() {
    return Arrays.stream(groups).sum();
  }

  @Override
  public FileLayout layout() {
    return layout;
  }

  @Override
  public long[] groups() {
    return groups.clone();
  }

  @Override
  public long passBytes() {
    return passBytes;
  }

  @Override
  public Records from(long first) {
    ParquetMetadata known = footer.get();
    if (known == null) {
      known = file.footer();
      if (!Arrays.equals(file.groupRows(known), groups)) {
        throw file.error("has other row groups than when it was opened; was it changed?");
      }
      footer = new SoftReference<>(known);
    }
    return new ParquetRows(file, known, fields, first);
  }

  @Override
  public String place(long number) {
    return file + ": row " + number;
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
