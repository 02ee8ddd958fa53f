package dev.farsight.datasets.text;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.datasets.Split;
import dev.farsight.datasets.file.ContentSample;
import dev.farsight.datasets.file.DataFile;
import dev.farsight.datasets.file.DataPaths;
import dev.farsight.datasets.file.RecordIndex;
import dev.farsight.datasets.file.RecordReader;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Text files of one format as a data set. Opening it finds the columns and counts the rows of every
 * file, files in parallel; memory is independent of the data's size but for 24 bytes per 65,536
 * rows.
 *
 * <p>The split is by raw row number, so it does not move when malformed rows are skipped.
 */
public final class TextDataSource implements DataSource {

  private static final Logger LOG = LoggerFactory.getLogger(TextDataSource.class);

  private final TextFormat format;
  private final List<DataFile> files;
  private final FieldMap[] maps;
  private final List<RecordIndex> indexes;
  private final BatchSchema schema;
  private final Split split;
  private final boolean skipBadRows;
  private final Workers team;

  public TextDataSource(TextFormat format, DataContext context) {
    this.format = format;
    this.skipBadRows = context.data().choice("on-bad-row", List.of("fail", "skip")).equals("skip");
    this.files = DataPaths.resolve(context.data()).stream().map(DataFile::of).toList();
    this.maps = mapColumns();
    this.schema =
        new BatchSchema(format.dense().size(), format.tables(), maps[0].labelled(), false);
    this.team = new Workers("read", context.threads());
    try {
      this.indexes = count();
      this.split = Split.of(context.data(), total());
    } catch (RuntimeException | Error e) {
      team.close();
      throw e;
    }
  }

  private FieldMap[] mapColumns() {
    var found = new FieldMap[files.size()];
    FieldMap first = null;
    for (int f = 0; f < found.length; f++) {
      found[f] = first == null || format.header() ? map(files.get(f)) : first;
      if (first == null) {
        first = found[f];
      } else if (found[f] != null && found[f].labelled() != first.labelled()) {
        throw new FarsightException(
            files.get(f) + ": has a label column, or lacks one, unlike the files before it");
      }
    }
    if (first == null) {
      throw new FarsightException(files.get(0) + ": is empty" + more());
    }
    // An empty file needs no columns, yet the schema comes from the first entry.
    for (int f = 0; f < found.length; f++) {
      if (found[f] == null) {
        LOG.warn("{}: is empty", files.get(f));
        found[f] = first;
      }
    }
    return found;
  }

  /** The columns of a file; null if it is empty. */
  private FieldMap map(DataFile file) {
    try (var reader = RecordReader.open(file, format.quoteScan())) {
      if (!reader.next()) {
        return null;
      }
      var fields = new FieldSplitter(format.separator(), format.quotes());
      try {
        fields.split(reader.bytes(), reader.from(), reader.to());
      } catch (BadRow e) {
        throw new FarsightException(file + ":" + reader.line() + ": " + e.getMessage(), e);
      }
      return format.mapper().map(file, reader.line(), fields.texts(reader.bytes()));
    }
  }

  private List<RecordIndex> count() {
    var counted = new RecordIndex[files.size()];
    team.run(
        counted.length,
        (f, worker) ->
            counted[f] = RecordIndex.count(files.get(f), format.quoteScan(), format.header()));
    return List.of(counted);
  }

  private long total() {
    long total = indexes.stream().mapToLong(RecordIndex::records).sum();
    if (total == 0) {
      throw new FarsightException(files.get(0) + ": has no rows" + more());
    }
    return total;
  }

  private String more() {
    return files.size() > 1 ? ", nor have the " + (files.size() - 1) + " files after it" : "";
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public long trainSamples() {
    return split.train();
  }

  @Override
  public long evalSamples() {
    return split.eval();
  }

  @Override
  public String contentIdentity() {
    return ContentSample.of(files.stream().map(DataFile::path).toList());
  }

  @Override
  public BatchSource train(int epoch) {
    if (!schema.labelled()) {
      throw new FarsightException(
          files.get(0) + ": has no label column, so it can only be evaluated: eval-fraction = 1");
    }
    return pass(0, split.train());
  }

  @Override
  public BatchSource eval() {
    return pass(split.train(), split.total());
  }

  private BatchSource pass(long from, long to) {
    var rows = new RowCursor(files, indexes, format.quoteScan(), from, to);
    return new TextBatches(format, schema, rows, maps, team, skipBadRows);
  }

  @Override
  public void close() {
    team.close();
  }
}
