package dev.farsight.reading.internal.record;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DenseFeature;
import dev.farsight.api.data.ValueObserver;
import dev.farsight.reading.Columns;
import dev.farsight.reading.CountedFile;
import dev.farsight.reading.DenseColumn;
import dev.farsight.reading.Split;
import dev.farsight.reading.file.ContentSample;
import dev.farsight.reading.internal.line.DataFile;
import dev.farsight.reading.pieces.PieceSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Regular files of one format as a data set. Opening it {@linkplain CountedFiles counts} the rows
 * of every file, and makes one more pass over the training part if columns need to know something
 * of it ({@link FitPass}); memory is independent of the data's size but for what the counted files
 * take: 24 bytes per 65,536 rows of text.
 *
 * <p>The split is by raw row number, so it does not move when malformed rows are skipped; or by the
 * text of a column, which one more pass over all rows looks at ({@link PartScan}).
 */
final class CountedSource implements PieceSource {

  private static final Logger LOG = LoggerFactory.getLogger(CountedSource.class);

  /** Complete with what is known of the training part. */
  private final Columns columns;

  private final FitNeeds needs;
  private final Fitted fitted;
  private final List<DataFile> paths;
  private final List<CountedFile> files;
  private final boolean seeks;
  private final BatchSchema schema;
  private final Split split;

  /** Which rows are for evaluation; null if the split is by row number. */
  private final RowParts parts;

  private final ReadSettings settings;
  private final Workers team;

  /** Sees the values of passes to come; may be null. */
  private volatile ValueObserver observer;

  CountedSource(CountedFiles of, FitPlan plan, List<DataFile> paths, DataContext context) {
    EvalWhere where = EvalWhere.of(context.data());
    Columns copying = of.columns().copying(context.fields());
    Columns asked = where == null ? copying : copying.splitBy(where.column());
    this.needs = new FitNeeds(asked);
    this.settings = ReadSettings.of(context);
    this.paths = paths;
    this.seeks = of.seeks();
    this.team = new Workers("read", context.threads(), Workers.SHORT_SPIN_NANOS);
    try {
      this.files = of.open(asked, paths, team, context);
      this.parts = where == null ? null : parts(where, asked);
      this.split =
          parts == null
              ? Split.of(context.data(), total())
              : new Split(parts.rows(), parts.rows(false));
      plan.requireRows(split.train());
      this.fitted = plan.fitted(() -> fitPass(plan, asked));
      this.columns = fitted.complete(asked);
      this.schema = columns.schema(labelled());
    } catch (RuntimeException | Error e) {
      team.close();
      throw e;
    }
  }

  /**
   * A source that was counted before.
   *
   * @param fitted all that columns need to know
   */
  CountedSource(
      Columns asked,
      Fitted fitted,
      List<DataFile> paths,
      List<CountedFile> files,
      boolean seeks,
      Split split,
      DataContext context) {
    this.needs = new FitNeeds(asked);
    this.fitted = fitted;
    this.paths = paths;
    this.files = files;
    this.seeks = seeks;
    this.split = split;
    this.parts = null;
    this.settings = ReadSettings.of(context);
    this.columns = fitted.complete(asked);
    this.schema = columns.schema(labelled());
    this.team = new Workers("read", context.threads(), Workers.SHORT_SPIN_NANOS);
  }

  /** Whether the files have labels; all but empty ones have a layout. */
  private boolean labelled() {
    return files.stream()
        .filter(file -> file.records() > 0)
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

  private RowParts parts(EvalWhere where, Columns asked) {
    RowParts found = new PartScan(where, asked, rows(0, total()), team).run();
    if (found.rows(true) == 0) {
      throw LayoutFinder.none(
          paths,
          "has no row for evaluation by column " + where.column(),
          "; check data.eval-where, which is compared with the text in the data");
    }
    if (found.rows(false) == 0) {
      LOG.warn(
          "data.eval-where leaves no row for training: all {} are for evaluation", found.rows());
    }
    return found;
  }

  private FitPass fitPass(FitPlan plan, Columns asked) {
    BatchSchema unfinished = asked.schema(labelled());
    SourceOpening.requireLabels(unfinished, paths);
    return new FitPass(needs, unfinished, rows(false), team, plan, settings);
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

  /** One file is read at a time. */
  @Override
  public long passBytes() {
    return files.stream().mapToLong(CountedFile::passBytes).max().orElse(0);
  }

  @Override
  public BatchSource train(int epoch) {
    SourceOpening.requireLabels(schema, paths);
    return pass(rows(false));
  }

  @Override
  public BatchSource eval() {
    return pass(rows(true));
  }

  private BatchSource pass(Rows rows) {
    return new RecordBatches(columns, schema, rows, team, settings, observer);
  }

  private Rows rows(boolean evaluation) {
    if (parts != null) {
      return new PartRows(rows(0, parts.rows()), parts, evaluation);
    }
    return evaluation ? rows(split.train(), split.total()) : rows(0, split.train());
  }

  @Override
  public BatchSource read(boolean evaluation, long from, long to) {
    if (parts != null) {
      throw new UnsupportedOperationException("rows are divided by a column");
    }
    if (!evaluation) {
      SourceOpening.requireLabels(schema, paths);
    }
    long first = evaluation ? split.train() : 0;
    return pass(rows(first + from, first + to));
  }

  @Override
  public boolean readsStretches() {
    return parts == null;
  }

  @Override
  public BatchSource stretch(int epoch, long from, long to) {
    return read(false, from, to);
  }

  private Rows rows(long from, long to) {
    return new RowCursor(files, from, to);
  }

  @Override
  public boolean seeks() {
    return seeks && parts == null;
  }

  @Override
  public BatchSource shuffled(long seed, int epoch) {
    SourceOpening.requireLabels(schema, paths);
    return pass(new ShuffledRows(files, split.train(), seed, epoch));
  }

  @Override
  public boolean observe(ValueObserver sees) {
    observer = sees;
    return true;
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
