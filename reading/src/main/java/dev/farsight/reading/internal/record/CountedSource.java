package dev.farsight.reading.internal.record;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DenseFeature;
import dev.farsight.reading.Columns;
import dev.farsight.reading.CountedFile;
import dev.farsight.reading.DenseColumn;
import dev.farsight.reading.Split;
import dev.farsight.reading.file.ContentSample;
import dev.farsight.reading.internal.line.DataFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Regular files of one format as a data set. Opening it {@linkplain CountedFiles counts} the rows
 * of every file, and makes one more pass over the training part if columns need to know something
 * of it ({@link FitPass}); memory is independent of the data's size but for what the counted files
 * take: 24 bytes per 65,536 rows of text.
 *
 * <p>The split is by raw row number, so it does not move when malformed rows are skipped.
 */
final class CountedSource implements DataSource {

  /** Complete with what is known of the training part. */
  private final Columns columns;

  private final FitNeeds needs;
  private final Fitted fitted;
  private final List<DataFile> paths;
  private final List<CountedFile> files;
  private final boolean seeks;
  private final BatchSchema schema;
  private final Split split;
  private final ReadSettings settings;
  private final Workers team;

  CountedSource(CountedFiles of, FitPlan plan, List<DataFile> paths, DataContext context) {
    this.needs = new FitNeeds(of.columns());
    this.settings = ReadSettings.of(context);
    this.paths = paths;
    this.seeks = of.seeks();
    this.team = new Workers("read", context.threads());
    try {
      this.files = of.open(paths, team, context);
      this.schema = of.columns().schema(labelled());
      this.split = Split.of(context.data(), total());
      plan.requireRows(split.train());
      this.fitted = plan.fitted(() -> fitPass(plan));
      this.columns = fitted.complete(of.columns());
    } catch (RuntimeException | Error e) {
      team.close();
      throw e;
    }
  }

  /** Whether the files have labels; all but empty ones have a layout. */
  private boolean labelled() {
    return files.stream()
        .map(CountedFile::layout)
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow()
        .labelled();
  }

  private long total() {
    long total = files.stream().mapToLong(CountedFile::records).sum();
    if (total == 0) {
      throw LayoutFinder.none(paths, "has no rows");
    }
    return total;
  }

  private FitPass fitPass(FitPlan plan) {
    SourceOpening.requireLabels(schema, paths);
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
    return ContentSample.of(paths.stream().map(DataFile::path).toList());
  }

  @Override
  public List<DenseFeature> denseFeatures() {
    return columns.dense().stream().map(DenseColumn::feature).toList();
  }

  @Override
  public BatchSource train(int epoch) {
    SourceOpening.requireLabels(schema, paths);
    return pass(0, split.train());
  }

  @Override
  public BatchSource eval() {
    return pass(split.train(), split.total());
  }

  private BatchSource pass(long from, long to) {
    return pass(rows(from, to));
  }

  private BatchSource pass(Rows rows) {
    return new RecordBatches(columns, schema, rows, team, settings);
  }

  private Rows rows(long from, long to) {
    return new RowCursor(files, from, to);
  }

  @Override
  public boolean seeks() {
    return seeks;
  }

  @Override
  public BatchSource shuffled(long seed, int epoch) {
    SourceOpening.requireLabels(schema, paths);
    return pass(new ShuffledRows(files, split.train(), seed, epoch));
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
