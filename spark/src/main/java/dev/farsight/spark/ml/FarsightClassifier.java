package dev.farsight.spark.ml;

import dev.farsight.api.config.ConfigException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * Trains a model for labels 0 and 1 on the executors, with tables of any size:
 *
 * <pre>
 * FarsightModel model =
 *     new FarsightClassifier()
 *         .setDenseCols("price", "visits")
 *         .setCategoricalCols("user", "shop")
 *         .setBagCols("genres")
 *         .setLabelCol("bought")
 *         .setWorkDir("/shared/farsight")
 *         .setNumWorkers(4)
 *         .fit(rows);
 * </pre>
 *
 * <p>Columns are written to {@code workDir} as Parquet, one pass over the data, and deleted when
 * the model is trained. The model stays in a folder there, for as long as somebody scores by it:
 * save it, and the folder can go. Parameters that are not set leave their setting to {@code config}
 * and to Farsight's defaults.
 *
 * <p>As all estimators: not thread-safe while parameters are set.
 */
public final class FarsightClassifier extends Estimator<FarsightModel>
    implements DefaultParamsWritable {

  private static final long serialVersionUID = 1;

  private final String uid;
  private final ColumnParams columns;
  private final TrainParams training;

  public FarsightClassifier() {
    this(Identifiable$.MODULE$.randomUID("farsight"));
  }

  public FarsightClassifier(String uid) {
    this.uid = uid;
    this.columns = new ColumnParams(this);
    this.training = new TrainParams(this);
  }

  /** Reads what {@link #write} has written. */
  public static FarsightClassifier load(String path) {
    return read().load(path);
  }

  public static MLReader<FarsightClassifier> read() {
    return new DefaultParamsReader<>();
  }

  @Override
  public String uid() {
    return uid;
  }

  /**
   * Trains a model.
   *
   * @throws ConfigException if a parameter, a column or a setting is wrong
   * @throws dev.farsight.api.FarsightException if a value is malformed, or if training has failed
   */
  @Override
  public FarsightModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    var config = new ClassifierConfig(training);
    List<InputColumn> features = Columns.features(columns, dataset.schema());
    Path folder =
        WorkFolder.make(
            dataset.sparkSession().sparkContext(), training.given(training.workDir), uid);
    Path run = new Fit(training, config, features, folder).run(dataset);
    return copyValues(new FarsightModel(uid, run.toUri().toString()), ParamMap.empty())
        .setParent(this);
  }

  /**
   * The columns of the data, and those that a model adds.
   *
   * @throws ConfigException if a column is missing or of the wrong type
   */
  @Override
  public StructType transformSchema(StructType schema) {
    List<InputColumn> features = Columns.features(columns, schema);
    Columns.requireLabel(schema, training.labelName(), features);
    training
        .weightName()
        .ifPresent(name -> Columns.requireWeight(schema, name, training.labelName(), features));
    training.indicatorName().ifPresent(name -> Columns.requireIndicator(schema, name, features));
    return Columns.withScores(columns, schema);
  }

  @Override
  public FarsightClassifier copy(ParamMap extra) {
    return copyValues(new FarsightClassifier(uid), extra);
  }

  public StringArrayParam denseCols() {
    return columns.dense;
  }

  public String[] getDenseCols() {
    return columns.names(Role.DENSE);
  }

  /** Numeric columns. Null is missing. */
  public FarsightClassifier setDenseCols(String... names) {
    set(columns.dense, names.clone());
    return this;
  }

  public StringArrayParam categoricalCols() {
    return columns.categorical;
  }

  public String[] getCategoricalCols() {
    return columns.names(Role.CATEGORICAL);
  }

  /**
   * Columns of text, whole numbers, booleans or dates, each with a table of its own. Doubles may
   * hold whole numbers, as those of a StringIndexer do. Null is missing.
   */
  public FarsightClassifier setCategoricalCols(String... names) {
    set(columns.categorical, names.clone());
    return this;
  }

  public StringArrayParam bagCols() {
    return columns.bags;
  }

  public String[] getBagCols() {
    return columns.names(Role.BAG);
  }

  /** Columns of arrays of what {@link #setCategoricalCols} takes. Null is an empty array. */
  public FarsightClassifier setBagCols(String... names) {
    set(columns.bags, names.clone());
    return this;
  }

  public Param<String> labelCol() {
    return training.label;
  }

  public String getLabelCol() {
    return training.labelName();
  }

  /** The label, a number 0 or 1 or a boolean, never null; {@code label} by default. */
  public FarsightClassifier setLabelCol(String name) {
    set(training.label, name);
    return this;
  }

  public Param<String> weightCol() {
    return training.weight;
  }

  /** Empty if there is none. */
  public String getWeightCol() {
    return training.weightName().orElse("");
  }

  /** The sample's weight in the loss and in evaluations, a number of at least 0, never null. */
  public FarsightClassifier setWeightCol(String name) {
    set(training.weight, name);
    return this;
  }

  public Param<String> validationIndicatorCol() {
    return training.validationIndicator;
  }

  /** A boolean column: true for rows to evaluate on instead of training; null is false. */
  public FarsightClassifier setValidationIndicatorCol(String name) {
    set(training.validationIndicator, name);
    return this;
  }

  public Param<String> predictionCol() {
    return columns.prediction;
  }

  public String getPredictionCol() {
    return columns.predictionName();
  }

  public FarsightClassifier setPredictionCol(String name) {
    set(columns.prediction, name);
    return this;
  }

  public Param<String> probabilityCol() {
    return columns.probability;
  }

  public String getProbabilityCol() {
    return columns.probabilityName();
  }

  public FarsightClassifier setProbabilityCol(String name) {
    set(columns.probability, name);
    return this;
  }

  public Param<String> rawPredictionCol() {
    return columns.rawPrediction;
  }

  public String getRawPredictionCol() {
    return columns.rawPredictionName();
  }

  public FarsightClassifier setRawPredictionCol(String name) {
    set(columns.rawPrediction, name);
    return this;
  }

  public DoubleParam threshold() {
    return columns.threshold;
  }

  public double getThreshold() {
    return columns.thresholdValue();
  }

  /** The prediction is 1 if the probability of 1 is above this; 0.5 by default. */
  public FarsightClassifier setThreshold(double threshold) {
    set(columns.threshold, threshold);
    return this;
  }

  public IntParam hashRows() {
    return training.hashRows;
  }

  /**
   * Hashes values to so many rows of each table. Without it each value that training has gets a row
   * of its own, found out by a pass over the data.
   */
  public FarsightClassifier setHashRows(int rows) {
    set(training.hashRows, rows);
    return this;
  }

  public IntParam minCount() {
    return training.minCount;
  }

  /** Values that training has fewer times share a row. */
  public FarsightClassifier setMinCount(int count) {
    set(training.minCount, count);
    return this;
  }

  public IntParam maxLookups() {
    return training.maxLookups;
  }

  /** The most values of an array; 50 by default. A batch has room for so many of each sample. */
  public FarsightClassifier setMaxLookups(int most) {
    set(training.maxLookups, most);
    return this;
  }

  public DoubleParam learningRate() {
    return training.learningRate;
  }

  public FarsightClassifier setLearningRate(double rate) {
    set(training.learningRate, rate);
    return this;
  }

  public IntParam epochs() {
    return training.epochs;
  }

  public FarsightClassifier setEpochs(int epochs) {
    set(training.epochs, epochs);
    return this;
  }

  public IntParam batchSize() {
    return training.batchSize;
  }

  /** Samples of a step, of all workers together. */
  public FarsightClassifier setBatchSize(int samples) {
    set(training.batchSize, samples);
    return this;
  }

  public IntParam embeddingDim() {
    return training.embeddingDim;
  }

  /** The width of the rows of tables. */
  public FarsightClassifier setEmbeddingDim(int width) {
    set(training.embeddingDim, width);
    return this;
  }

  public LongParam seed() {
    return training.seed;
  }

  public FarsightClassifier setSeed(long seed) {
    set(training.seed, seed);
    return this;
  }

  public IntParam numWorkers() {
    return training.numWorkers;
  }

  public int getNumWorkers() {
    return training.workers();
  }

  /** How many executors train, each of them by one task; 1 by default. */
  public FarsightClassifier setNumWorkers(int workers) {
    set(training.numWorkers, workers);
    return this;
  }

  public Param<String> config() {
    return training.config;
  }

  /**
   * All other settings, as a text: {@code farsight { optimizer.type = adagrad }}. Entries of {@code
   * data.parquet.dense} and {@code data.parquet.categorical} say more of columns that parameters
   * name.
   */
  public FarsightClassifier setConfig(String hocon) {
    set(training.config, hocon);
    return this;
  }

  public Param<String> configFile() {
    return training.configFile;
  }

  /** As {@link #setConfig}, from a file that the driver can read. */
  public FarsightClassifier setConfigFile(String file) {
    set(training.configFile, file);
    return this;
  }

  public Param<String> workDir() {
    return training.workDir;
  }

  /**
   * A folder that driver and executors have mounted under the same name. Only a session with a
   * local master can do without; its models go with the session.
   */
  public FarsightClassifier setWorkDir(String folder) {
    set(training.workDir, folder);
    return this;
  }
}
