package dev.farsight.spark.ml;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/**
 * The parameters of training. Those without a default leave their setting to the configuration, and
 * so to Farsight's defaults.
 */
final class TrainParams implements Serializable {

  private static final long serialVersionUID = 1;

  private static final String OF_CONFIG = "; by default as the configuration says";

  final Param<String> label;
  final Param<String> weight;
  final Param<String> validationIndicator;
  final IntParam hashRows;
  final IntParam minCount;
  final IntParam maxLookups;
  final DoubleParam learningRate;
  final IntParam epochs;
  final IntParam batchSize;
  final IntParam embeddingDim;
  final LongParam seed;
  final IntParam numWorkers;
  final Param<String> config;
  final Param<String> configFile;
  final Param<String> workDir;

  private final Params owner;

  TrainParams(Params owner) {
    this.owner = owner;
    label = new Param<>(owner, "labelCol", "the label, 0 or 1");
    weight =
        new Param<>(
            owner,
            "weightCol",
            "the sample's weight, a number of at least 0; by default each counts as 1");
    validationIndicator =
        new Param<>(
            owner,
            "validationIndicatorCol",
            "a boolean: whether a row is for evaluation and not for training");
    hashRows =
        new IntParam(
            owner,
            "hashRows",
            "rows of each table, to which values are hashed; by default each value has its own",
            ParamValidators.gt(0));
    minCount =
        new IntParam(
            owner,
            "minCount",
            "values that training has fewer times share a row" + OF_CONFIG,
            ParamValidators.inRange(1, 255));
    maxLookups =
        new IntParam(
            owner, "maxLookups", "the most values of an array in bagCols", ParamValidators.gt(0));
    learningRate =
        new DoubleParam(
            owner, "learningRate", "the learning rate" + OF_CONFIG, ParamValidators.gt(0));
    epochs =
        new IntParam(owner, "epochs", "passes over the data" + OF_CONFIG, ParamValidators.gt(0));
    batchSize =
        new IntParam(owner, "batchSize", "samples of a step" + OF_CONFIG, ParamValidators.gt(0));
    embeddingDim =
        new IntParam(
            owner, "embeddingDim", "width of the tables' rows" + OF_CONFIG, ParamValidators.gt(0));
    seed = new LongParam(owner, "seed", "of what is random" + OF_CONFIG);
    numWorkers =
        new IntParam(owner, "numWorkers", "how many executors train", ParamValidators.gt(0));
    config = new Param<>(owner, "config", "settings of Farsight, as a text in HOCON");
    configFile = new Param<>(owner, "configFile", "a file with settings of Farsight");
    workDir =
        new Param<>(
            owner, "workDir", "a folder that all executors have mounted under the same name");
    owner.setDefault(label, "label");
    owner.setDefault(maxLookups, 50);
    owner.setDefault(numWorkers, 1);
  }

  String labelName() {
    return owner.getOrDefault(label);
  }

  Optional<String> weightName() {
    return given(weight).filter(name -> !name.isEmpty());
  }

  Optional<String> indicatorName() {
    return given(validationIndicator).filter(name -> !name.isEmpty());
  }

  int maxLookupsValue() {
    return (int) owner.getOrDefault(maxLookups);
  }

  int workers() {
    return (int) owner.getOrDefault(numWorkers);
  }

  /** Empty if it is not set. */
  <T> Optional<T> given(Param<T> param) {
    return owner.isDefined(param) ? Optional.of(owner.getOrDefault(param)) : Optional.empty();
  }
}
