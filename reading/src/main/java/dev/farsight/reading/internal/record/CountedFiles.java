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
