package dev.farsight.spark.ml;

import java.io.Serializable;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * The parameters that the estimator and its models share: the columns that are features, those that
 * are added, and the threshold.
 */
final class ColumnParams implements Serializable {

  private static final long serialVersionUID = 1;

  final StringArrayParam dense;
  final StringArrayParam categorical;
  final StringArrayParam bags;
  final Param<String> prediction;
  final Param<String> probability;
  final Param<String> rawPrediction;
  final DoubleParam threshold;

  private final Params owner;

  ColumnParams(Params owner) {
    this.owner = owner;
    dense = new StringArrayParam(owner, "denseCols", "numeric columns, as numbers");
    categorical =
        new StringArrayParam(
            owner, "categoricalCols", "columns of text or whole numbers, each with a table");
    bags =
        new StringArrayParam(
            owner, "bagCols", "columns of arrays of text or whole numbers, each with a table");
    prediction = new Param<>(owner, "predictionCol", "added: 0 or 1; empty for none");
    probability =
        new Param<>(owner, "probabilityCol", "added: probabilities of 0 and 1; empty for none");
    rawPrediction =
        new Param<>(owner, "rawPredictionCol", "added: the logit, negated and as it is; or empty");
    threshold =
        new DoubleParam(
            owner,
            "threshold",
            "the prediction is 1 if the probability of 1 is above it",
            ParamValidators.inRange(0, 1));
    owner.setDefault(dense, new String[0]);
    owner.setDefault(categorical, new String[0]);
    owner.setDefault(bags, new String[0]);
    owner.setDefault(prediction, "prediction");
    owner.setDefault(probability, "probability");
    owner.setDefault(rawPrediction, "rawPrediction");
    owner.setDefault(threshold, 0.5);
  }

  String[] names(Role role) {
    return owner
        .getOrDefault(
            switch (role) {
              case DENSE -> dense;
              case CATEGORICAL -> categorical;
              case BAG -> bags;
            })
        .clone();
  }

  String predictionName() {
    return owner.getOrDefault(prediction);
  }

  String probabilityName() {
    return owner.getOrDefault(probability);
  }

  String rawPredictionName() {
    return owner.getOrDefault(rawPrediction);
  }

  double thresholdValue() {
    return (double) owner.getOrDefault(threshold);
  }
}
