package dev.farsight.spark;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.FittedData;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.IoReason;
import dev.farsight.reading.pieces.DataSurvey;
import dev.farsight.reading.pieces.FileCount;
import dev.farsight.reading.pieces.PieceFactory;
import dev.farsight.reading.pieces.RecordPieces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Opens a source as its own factory does, with the work on a cluster: files are counted, and what
 * the training part is like is found out, by tasks. Remembers what it opened.
 */
final class SparkSource implements DataSourceFactory {

  private final PieceFactory factory;
  private final Jobs jobs;
  private final long taskRows;
  private final List<OpenedData> opened = new ArrayList<>();

  /**
   * @param taskRows rows that a task looks at; 0 leaves that to the size of data and cluster
   */
  SparkSource(PieceFactory factory, Jobs jobs, long taskRows) {
    this.factory = factory;
    this.jobs = jobs;
    this.taskRows = taskRows;
  }

  /**
   * What was opened: with {@code data.eval-path} the data for training and that for evaluation,
   * else both in one.
   */
  OpenedData opened(boolean evaluation) {
    return opened.get(evaluation ? opened.size() - 1 : 0);
  }

  @Override
  public String name() {
    return factory.name();
  }

  @Override
  public void check(DataContext context) {
    factory.check(context);
  }

  @Override
  public Settings origin(Settings data) {
    return factory.origin(data);
  }

  @Override
  public DataSource open(DataContext context) {
    RecordPieces pieces = factory.pieces(context);
    TaskData data = TaskData.of(context, name());
    List<Integer> files = IntStream.range(0, pieces.files()).boxed().toList();
    List<FileCount> counts =
        jobs.results("counting rows", new ArrayList<>(files), f -> data.pieces().count(f));
    DataSurvey survey = pieces.survey(counts);
    boolean skip = context.data().string("on-bad-row").equals("skip");
    opened.add(new OpenedData(data, survey, skip));
    if (!pieces.needsFit(survey)) {
      return pieces.open(survey);
    }
    try {
      Path folder = Files.createTempDirectory("farsight-fitted");
      try {
        new FitJob(jobs, data, survey, taskRows(survey.train())).write(pieces, folder);
        return factory.pieces(with(context, new FittedData(folder, false))).open(survey);
      } finally {
        DurableFiles.delete(folder);
      }
    } catch (IOException e) {
      throw new FarsightException(
          "what was found out cannot be saved in a folder for temporary files: " + IoReason.of(e),
          e);
    }
  }

  /** Rows that a task looks at. */
  long taskRows(long rows) {
    long even = rows / (4L * jobs.parallelism()) + 1;
    return taskRows > 0
        ? taskRows
        : Math.max(RecordPieces.BLOCK_ROWS, Math.min(even, SparkPreparation.MOST_TASK_ROWS));
  }

  private static DataContext with(DataContext context, FittedData fitted) {
    return new DataContext(
        context.data(),
        context.own(),
        context.batchSize(),
        context.seed(),
        context.threads(),
        context.secondPass(),
        fitted,
        context.fields());
  }
}
