package dev.farsight.spark.ml;

import static org.apache.spark.sql.functions.col;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A trained model. {@link #transform} adds three columns: the logit, negated and as it is, the
 * probabilities of 0 and 1, and the prediction, 0 or 1. Logits and probabilities have the bits of
 * {@code farsight predict}.
 *
 * <p>Executors read the model's rows from its folder, as they need them, if they see it; otherwise
 * each of them copies it once, from the file system where it is. An executor opens a model once,
 * for all its tasks, and keeps the last two open.
 */
public final class FarsightModel extends Model<FarsightModel> implements MLWritable {

  private static final long serialVersionUID = 1;

  private final String uid;
  private final String location;
  private final ColumnParams columns;

  /**
   * @param location the address of a folder with {@code model} and {@code report.json}
   */
  FarsightModel(String uid, String location) {
    this.uid = uid;
    this.location = location;
    this.columns = new ColumnParams(this);
  }

  /** Reads what {@link #write} has written. Executors read the model there from then on. */
  public static FarsightModel load(String path) {
    return read().load(path);
  }

  public static MLReader<FarsightModel> read() {
    return new ModelReader();
  }

  /** Saves parameters, model and report in a folder, on any file system that Hadoop knows. */
  @Override
  public MLWriter write() {
    return new ModelWriter(this);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The address of the folder that has the model in {@code model} and {@code report.json}. */
  public String location() {
    return location;
  }

  /**
   * Adds the scores of rows, lazily, batch by batch.
   *
   * @throws ConfigException if a column is missing or of the wrong type
   * @throws FarsightException if the model is no longer there. A malformed value fails the job
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    List<InputColumn> features = Columns.features(columns, dataset.schema());
    var read = new ArrayList<Column>(List.of(col("*")));
    for (int i = 0; i < features.size(); i++) {
      read.add(features.get(i).expression().as("farsight input " + i));
    }
    var folder =
        ModelFolder.of(location, dataset.sparkSession().sparkContext().hadoopConfiguration());
    return dataset
        .select(read.toArray(Column[]::new))
        .mapPartitions(
            new ScoreRows(folder, features, ScoreColumns.of(columns)), Encoders.row(schema));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    Columns.features(columns, schema);
    return Columns.withScores(columns, schema);
  }

  @Override
  public FarsightModel copy(ParamMap extra) {
    FarsightModel copy = copyValues(new FarsightModel(uid, location), extra);
    return hasParent() ? copy.setParent(parent()) : copy;
  }

  public StringArrayParam denseCols() {
    return columns.dense;
  }

  public String[] getDenseCols() {
    return columns.names(Role.DENSE);
  }

  public StringArrayParam categoricalCols() {
    return columns.categorical;
  }

  public String[] getCategoricalCols() {
    return columns.names(Role.CATEGORICAL);
  }

  public StringArrayParam bagCols() {
    return columns.bags;
  }

  public String[] getBagCols() {
    return columns.names(Role.BAG);
  }

  public Param<String> predictionCol() {
    return columns.prediction;
  }

  public FarsightModel setPredictionCol(String name) {
    set(columns.prediction, name);
    return this;
  }

  public Param<String> probabilityCol() {
    return columns.probability;
  }

  public FarsightModel setProbabilityCol(String name) {
    set(columns.probability, name);
    return this;
  }

  public Param<String> rawPredictionCol() {
    return columns.rawPrediction;
  }

  public FarsightModel setRawPredictionCol(String name) {
    set(columns.rawPrediction, name);
    return this;
  }

  public DoubleParam threshold() {
    return columns.threshold;
  }

  /** The prediction is 1 if the probability of 1 is above this. */
  public FarsightModel setThreshold(double threshold) {
    set(columns.threshold, threshold);
    return this;
  }
}
