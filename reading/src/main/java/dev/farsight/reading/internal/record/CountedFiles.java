package dev.farsight.reading.internal.record;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.DataContext;
import dev.farsight.reading.Columns;
import dev.farsight.reading.CountedFile;
import dev.farsight.reading.CountedFormat;
import dev.farsight.reading.FileLayout;
import dev.farsight.reading.RecordFormat;
import dev.farsight.reading.internal.line.DataFile;
import dev.farsight.reading.internal.line.RecordIndex;
import dev.farsight.reading.internal.line.RecordReader;
import dev.farsight.reading.pieces.FileCount;
import java.util.List;

/** Opens files and finds out how many records they have, files in parallel. */
interface CountedFiles {

  /** The columns of the samples. */
  Columns columns();

  /** Whether a pass can take the files' groups in any order. */
  boolean seeks();

  /**
   * Opens the files.
   *
   * @param asked the columns that are read: {@link #columns}, and with {@code data.eval-where} one
   *     more field
   * @throws FarsightException if one cannot be read, or lacks a column
   */
  List<CountedFile> open(Columns asked, List<DataFile> files, Workers team, DataContext context);

  /** Counts the records of one file. */
  FileCount count(Columns asked, DataFile file);

  /**
   * Looks at how files begin, without counting.
   *
   * @return the number of the first file that tells a layout
   * @throws FarsightException if one cannot be read, or lacks a column
   */
  int firstLayout(Columns asked, List<DataFile> files, DataContext context);

  /**
   * A file that was counted before.
   *
   * @param first the file that tells the layout of all, if none has a header
   */
  CountedFile surveyed(Columns asked, DataFile file, FileCount count, DataFile first);

  /** Files of text: finds the layouts, then reads all files once to count. */
  static CountedFiles of(RecordFormat format) {
    return new OfText(format);
  }

  /** Files that tell themselves. */
  static CountedFiles of(CountedFormat format) {
    return new OfCounted(format);
  }

  record OfText(RecordFormat format) implements CountedFiles {

    @Override
    public Columns columns() {
      return format.columns();
    }

    @Override
    public boolean seeks() {
      return false;
    }

    @Override
    public List<CountedFile> open(
        Columns asked, List<DataFile> files, Workers team, DataContext context) {
      FileLayout[] layouts = layouts(asked, files, new ColumnSearch(asked, context));
      var counted = new CountedFile[layouts.length];
      int quotes = format.quotedFieldSeparator();
      team.run(
          counted.length,
          (f, worker) -> {
            DataFile file = files.get(f);
            var index = RecordIndex.count(file, quotes, format.header());
            counted[f] = new CountedLines(file, layouts[f], index, quotes);
          });
      return List.of(counted);
    }

    @Override
    public FileCount count(Columns asked, DataFile file) {
      var index = RecordIndex.count(file, format.quotedFieldSeparator(), format.header());
      return new FileCount(index.records(), index.marks());
    }

    @Override
    public int firstLayout(Columns asked, List<DataFile> files, DataContext context) {
      FileLayout[] found = layouts(asked, files, new ColumnSearch(asked, context));
      int first = 0;
      while (found[first] == null) {
        first++;
      }
      return first;
    }

    @Override
    public CountedFile surveyed(Columns asked, DataFile file, FileCount count, DataFile first) {
      int quotes = format.quotedFieldSeparator();
      return new SurveyedFile(
          file,
          count.records(),
          () -> {
            var index = RecordIndex.of(count.records(), count.marks());
            DataFile telling = format.header() ? file : first;
            try (var reader = RecordReader.open(telling, quotes)) {
              FileLayout layout = new LayoutFinder(format, asked).find(telling, reader);
              return new CountedLines(file, layout, index, quotes);
            }
          });
    }

    private FileLayout[] layouts(Columns asked, List<DataFile> files, ColumnSearch search) {
      var finder = new LayoutFinder(format, asked);
      var found = new FileLayout[files.size()];
      for (int f = 0; f < found.length; f++) {
        // Without headers nothing but whether a file is empty is to be learnt from those behind.
        try (var reader = RecordReader.open(files.get(f), format.quotedFieldSeparator())) {
          found[f] = finder.find(files.get(f), reader);
          if (found[f] != null) {
            search.lookThrough(reader, found[f], format.header());
          }
        }
      }
      if (finder.first() == null) {
        throw finder.allEmpty(files);
      }
      search.end(files);
      return found;
    }
  }

  record OfCounted(CountedFormat format) implements CountedFiles {

    @Override
    public FileCount count(Columns asked, DataFile file) {
      return new FileCount(format.open(asked, file.path()).records(), new long[0]);
    }

    /** All of them do. */
    @Override
    public int firstLayout(Columns asked, List<DataFile> files, DataContext context) {
      return 0;
    }

    @Override
    public CountedFile surveyed(Columns asked, DataFile file, FileCount count, DataFile first) {
      return new SurveyedFile(file, count.records(), () -> format.open(asked, file.path()));
    }

    @Override
    public Columns columns() {
      return format.columns();
    }

    @Override
    public boolean seeks() {
      return true;
    }

    @Override
    public List<CountedFile> open(
        Columns asked, List<DataFile> files, Workers team, DataContext context) {
      var opened = new CountedFile[files.size()];
      team.run(opened.length, (f, worker) -> opened[f] = format.open(asked, files.get(f).path()));
      return List.of(opened);
    }
  }
}
