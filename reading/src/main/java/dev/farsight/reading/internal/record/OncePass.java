package dev.farsight.reading.internal.record;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DenseFeature;
import dev.farsight.api.data.ValueObserver;
import dev.farsight.reading.Columns;
import dev.farsight.reading.DenseColumn;
import dev.farsight.reading.RecordFormat;
import dev.farsight.reading.internal.line.DataFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Files of which one at least can be read only once, such as a pipe, as a data set for one pass.
 * Opening it reads the first row, and so waits for who writes the pipe. All rows are for training,
 * or all for evaluation; how many there are is unknown.
 */
final class OncePass implements DataSource {

  /** Complete with what is known of earlier data. */
  private final Columns columns;

  private final FitNeeds needs;

  private final Fitted fitted;
  private final List<DataFile> files;
  private final boolean trains;
  private final ReadSettings settings;
  private final RowStream rows;
  private final BatchSchema schema;
  private final Workers team;
  private boolean read;

  /** Sees the values of the pass to come; may be null. */
  private ValueObserver observer;

  /**
   * @param fitted what is known of earlier data
   * @param context whose {@code data.eval-fraction} is 0 or 1
   */
  OncePass(RecordFormat format, Fitted fitted, List<DataFile> files, DataContext context) {
    this.needs = new FitNeeds(format.columns());
    this.fitted = fitted;
    Columns asked = format.columns().copying(context.fields());
    this.columns = fitted.complete(asked);
    this.files = files;
    this.trains = context.data().share("eval-fraction", 0, 1) == 0;
    this.settings = ReadSettings.of(context);
    this.rows = new RowStream(format, asked, files, new ColumnSearch(asked, context));
    this.schema = columns.schema(rows.first().labelled());
    this.team = new Workers("read", context.threads(), Workers.SHORT_SPIN_NANOS);
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public long trainSamples() {
    return trains ? UNKNOWN : 0;
  }

  @Override
  public long evalSamples() {
    return trains ? 0 : UNKNOWN;
  }

  @Override
  public List<DenseFeature> denseFeatures() {
    return columns.dense().stream().map(DenseColumn::feature).toList();
  }

  @Override
  public BatchSource train(int epoch) {
    SourceOpening.requireLabels(schema, files);
    return trains ? pass() : new NoRows(schema);
  }

  @Override
  public BatchSource eval() {
    return trains ? new NoRows(schema) : pass();
  }

  private BatchSource pass() {
    if (read) {
      DataFile once = files.stream().filter(DataFile::once).findFirst().orElseThrow();
      throw new FarsightException(
          once + ": was read already, and can be read only once, as it is no regular file");
    }
    read = true;
    return new RecordBatches(columns, schema, rows, team, settings, observer);
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
    rows.close();
  }

  /** The part that has none of the rows. */
  private record NoRows(BatchSchema schema) implements BatchSource {

    @Override
    public boolean next(Batch batch) {
      return false;
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
