package dev.farsight.reading.internal.record;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DenseFeature;
import dev.farsight.reading.Columns;
import dev.farsight.reading.DenseColumn;
import dev.farsight.reading.FileLayout;
import dev.farsight.reading.RecordFormat;
import dev.farsight.reading.Split;
import dev.farsight.reading.file.ContentSample;
import dev.farsight.reading.internal.line.DataFile;
import dev.farsight.reading.internal.line.RecordIndex;
import dev.farsight.reading.internal.line.RecordReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Regular files of one format as a data set. Opening it finds the layouts and counts the rows of
 * every file, files in parallel, and makes one more pass over the training part if columns need to
 * know something of it ({@link FitPass}); memory is independent of the data's size but for 24 bytes
 * per 65,536 rows.
 *
 * <p>The split is by raw row number, so it does not move when malformed rows are skipped.
 */
final class CountedSource implements DataSource {

  /** Complete with what is known of the training part. */
  private final Columns columns;

  private final RecordFormat format;
  private final FitNeeds needs;

  private final Fitted fitted;
  private final List<DataFile> files;
  private final FileLayout[] layouts;
  private final List<RecordIndex> indexes;
  private final BatchSchema schema;
  private final Split split;
  private final ReadSettings settings;
  private final Workers team;

  CountedSource(RecordFormat format, FitPlan plan, List<DataFile> files, DataContext context) {
    this.format = format;
    this.needs = new FitNeeds(format.columns());
    this.settings = ReadSettings.of(context);
    this.files = files;
    var finder = new LayoutFinder(format);
    this.layouts = findLayouts(finder, new ColumnSearch(format.columns(), context));
    this.schema = format.columns().schema(finder.first().labelled());
    this.team = new Workers("read", context.threads());
    try {
      this.indexes = count();
      this.split = Split.of(context.data(), total());
      plan.requireRows(split.train());
      this.fitted = plan.fitted(() -> fitPass(plan));
      this.columns = fitted.complete(format.columns());
    } catch (RuntimeException | Error e) {
      team.close();
      throw e;
    }
  }

  private FileLayout[] findLayouts(LayoutFinder finder, ColumnSearch search) {
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

  private List<RecordIndex> count() {
    var counted = new RecordIndex[files.size()];
    team.run(
        counted.length,
        (f, worker) ->
            counted[f] =
                RecordIndex.count(files.get(f), format.quotedFieldSeparator(), format.header()));
    return List.of(counted);
  }

  private long total() {
    long total = indexes.stream().mapToLong(RecordIndex::records).sum();
    if (total == 0) {
      throw LayoutFinder.none(files, "has no rows");
    }
    return total;
  }

  private FitPass fitPass(FitPlan plan) {
    SourceOpening.requireLabels(schema, files);
    Rows rows = rows(0, split.train());
    return new FitPass(needs, schema, rows, team, plan, settings);
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
  public List<DenseFeature> denseFeatures() {
    return columns.dense().stream().map(DenseColumn::feature).toList();
  }

  @Override
  public BatchSource train(int epoch) {
    SourceOpening.requireLabels(schema, files);
    return pass(0, split.train());
  }

  @Override
  public BatchSource eval() {
    return pass(split.train(), split.total());
  }

  private BatchSource pass(long from, long to) {
    return new RecordBatches(columns, schema, rows(from, to), team, settings);
  }

  private Rows rows(long from, long to) {
    return new RowCursor(files, layouts, indexes, format.quotedFieldSeparator(), from, to);
  }

  @Override
  public void saveFitted(Path folder) throws IOException {
    FittedFiles.write(folder, needs, fitted);
  }

  @Override
  public void close() {
    team.close();
  }
}
