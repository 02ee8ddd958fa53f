package dev.farsight.datasets.text;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DenseFeature;
import dev.farsight.datasets.Split;
import dev.farsight.datasets.file.ContentSample;
import dev.farsight.datasets.file.DataFile;
import dev.farsight.datasets.file.RecordIndex;
import dev.farsight.datasets.file.RecordReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Regular text files of one format as a data set. Opening it finds the columns and counts the rows
 * of every file, files in parallel, and makes one more pass over the training part if the format
 * needs to know something of it ({@link FitPass}); memory is independent of the data's size but for
 * 24 bytes per 65,536 rows.
 *
 * <p>The split is by raw row number, so it does not move when malformed rows are skipped.
 */
final class TextDataSource implements DataSource {

  /** Complete with what is known of the training part. */
  private final TextFormat format;

  /** As the settings have it. */
  private final TextFormat asked;

  private final Fitted fitted;
  private final List<DataFile> files;
  private final FieldMap[] maps;
  private final List<RecordIndex> indexes;
  private final BatchSchema schema;
  private final Split split;
  private final boolean skipBadRows;
  private final Workers team;

  TextDataSource(TextFormat asked, FitPlan plan, List<DataFile> files, DataContext context) {
    this.asked = asked;
    this.skipBadRows = TextSources.skipBadRows(context);
    this.files = files;
    var columns = new Columns(asked);
    this.maps = mapColumns(columns);
    this.schema = asked.schema(columns.first());
    this.team = new Workers("read", context.threads());
    try {
      this.indexes = count();
      this.split = Split.of(context.data(), total());
      plan.requireRows(split.train());
      this.fitted = plan.fitted(() -> fitPass(plan));
      this.format = fitted.complete(asked);
    } catch (RuntimeException | Error e) {
      team.close();
      throw e;
    }
  }

  private FieldMap[] mapColumns(Columns columns) {
    var found = new FieldMap[files.size()];
    for (int f = 0; f < found.length; f++) {
      // Without headers nothing but whether a file is empty is to be learnt from those behind.
      try (var reader = RecordReader.open(files.get(f), asked.quoteScan())) {
        found[f] = columns.find(files.get(f), reader);
      }
    }
    if (columns.first() == null) {
      throw columns.allEmpty(files);
    }
    return found;
  }

  private List<RecordIndex> count() {
    var counted = new RecordIndex[files.size()];
    team.run(
        counted.length,
        (f, worker) ->
            counted[f] = RecordIndex.count(files.get(f), asked.quoteScan(), asked.header()));
    return List.of(counted);
  }

  private long total() {
    long total = indexes.stream().mapToLong(RecordIndex::records).sum();
    if (total == 0) {
      throw Columns.none(files, "has no rows");
    }
    return total;
  }

  private FitPass fitPass(FitPlan plan) {
    TextSources.requireLabels(schema, files);
    Rows rows = rows(0, split.train());
    return new FitPass(asked, schema, rows, team, plan, skipBadRows);
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
    return format.dense().stream().map(DenseColumn::feature).toList();
  }

  @Override
  public BatchSource train(int epoch) {
    TextSources.requireLabels(schema, files);
    return pass(0, split.train());
  }

  @Override
  public BatchSource eval() {
    return pass(split.train(), split.total());
  }

  private BatchSource pass(long from, long to) {
    return new TextBatches(format, schema, rows(from, to), team, skipBadRows);
  }

  private Rows rows(long from, long to) {
    return new RowCursor(files, maps, indexes, asked.quoteScan(), from, to);
  }

  @Override
  public void saveFitted(Path folder) throws IOException {
    FittedFiles.write(folder, asked, fitted);
  }

  @Override
  public void close() {
    team.close();
  }
}
