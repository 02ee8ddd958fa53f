package dev.farsight.reading.internal.line;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How many records a file has, with a mark at every 65,536th, so that a pass over the evaluation
 * part need not read the training part again. Built by one pass over the file's bytes (compressed
 * files are decompressed for it). 24 bytes of memory per 65,536 records.
 */
public final class RecordIndex {

  private static final int SPACING = 1 << 16;

  private final long records;
  private final List<Mark> marks;

  private RecordIndex(long records, List<Mark> marks) {
    this.records = records;
    this.marks = marks;
  }

  /**
   * Counts the records of a file.
   *
   * @param quotedFieldSeparator as for {@link RecordReader#open}
   * @param header whether the first record is a header, which is no record to count
   */
  public static RecordIndex count(DataFile file, int quotedFieldSeparator, boolean header) {
    try (var reader = RecordReader.open(file, quotedFieldSeparator)) {
      var marks = new ArrayList<Mark>();
      long records = 0;
      if (header) {
        reader.next();
      }
      for (; reader.next(); records++) {
        if (records % SPACING == 0) {
          marks.add(reader.mark());
        }
      }
      return new RecordIndex(records, List.copyOf(marks));
    }
  }

  /**
   * What an index says, from numbers that {@link #marks} gave.
   *
   * @param marks offset and line by turns
   */
  public static RecordIndex of(long records, long[] marks) {
    var all = new ArrayList<Mark>();
    for (int m = 0; m < marks.length; m += 2) {
      all.add(new Mark(marks[m], marks[m + 1]));
    }
    return new RecordIndex(records, List.copyOf(all));
  }

  /** The marks as numbers: offset and line by turns. */
  public long[] marks() {
    return marks.stream().flatMapToLong(m -> LongStream.of(m.offset(), m.line())).toArray();
  }

  /** Records of the file, header and blank lines apart. */
  public long records() {
    return records;
  }

  /** A reader whose next record is the file's {@code record}-th, from 0. */
  public RecordReader open(DataFile file, int quotedFieldSeparator, long record) {
    var reader = RecordReader.open(file, quotedFieldSeparator, marks.get((int) (record / SPACING)));
    for (long skip = record % SPACING; skip > 0; skip--) {
      reader.next();
    }
    return reader;
  }
}
