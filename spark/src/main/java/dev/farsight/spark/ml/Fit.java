package dev.farsight.spark.ml;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.spark.train.SparkTraining;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;

/**
 * Fits one model: Spark writes the columns that are needed as Parquet files, once; Farsight trains
 * on them; the files are deleted.
 */
final class Fit {

  /** The condition of what {@code raise_error} throws. */
  private static final String RAISED = "USER_RAISED_EXCEPTION";

  private final TrainParams params;
  private final ClassifierConfig config;
  private final List<InputColumn> features;
  private final Path folder;

  /**
   * @param folder an empty one, in which the run is left
   */
  Fit(TrainParams params, ClassifierConfig config, List<InputColumn> features, Path folder) {
    this.params = params;
    this.config = config;
    this.features = features;
    this.folder = folder;
  }

  /** The folder of the run. */
  Path run(Dataset<?> dataset) {
    Path data = folder.resolve("data");
    Path run = folder.resolve("run");
    try {
      write(dataset, data);
      train(dataset.sparkSession(), data, run);
      return run;
    } finally {
      WorkFolder.delete(data);
    }
  }

  private void train(SparkSession session, Path data, Path run) {
    try {
      new SparkTraining(session).train(config.of(features, data), run, params.workers());
    } catch (ConfigException e) {
      throw e;
    } catch (FarsightException e) {
      throw told(e).<FarsightException>map(own -> new FarsightException(own, e)).orElse(e);
    }
  }

  /** What a task of the training has said, in the text that Spark makes of it. */
  private static Optional<String> told(FarsightException e) {
    String prefix = FarsightException.class.getName() + ": ";
    return e.getCause() == null
        ? Optional.empty()
        : String.valueOf(e.getCause().getMessage())
            .lines()
            .filter(line -> line.contains(prefix))
            .map(line -> line.substring(line.indexOf(prefix) + prefix.length()))
            .findFirst();
  }

  private void write(Dataset<?> dataset, Path data) {
    var columns = new ArrayList<Column>();
    for (InputColumn feature : features) {
      columns.add(feature.expression().as(feature.name()));
    }
    columns.add(Columns.label(params.labelName()).as(params.labelName()));
    params.weightName().ifPresent(name -> columns.add(Columns.weight(name).as(name)));
    params
        .indicatorName()
        .ifPresent(name -> columns.add(coalesce(Columns.named(name), lit(false)).as(name)));
    try {
      dataset
          .select(columns.toArray(Column[]::new))
          .write()
          .option("compression", "snappy")
          .parquet(data.toUri().toString());
    } catch (RuntimeException e) {
      throw failure(e);
    } catch (Exception e) { // Scala declares none, and throws them all the same
      throw failure(e);
    }
  }

  private static RuntimeException failure(Exception e) {
    return raised(e)
        .<RuntimeException>map(message -> new FarsightException(message, e))
        .orElseGet(
            () ->
                e instanceof RuntimeException own
                    ? own
                    : new FarsightException("the data could not be written: " + e, e));
  }

  /** What our own expressions complain about. */
  @SuppressWarnings("deprecation") // its other name is not in Spark 3.5
  private static Optional<String> raised(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof SparkThrowable known && RAISED.equals(known.getErrorClass())) {
        return Optional.ofNullable(known.getMessageParameters().get("errorMessage"));
      }
    }
    return Optional.empty();
  }
}
