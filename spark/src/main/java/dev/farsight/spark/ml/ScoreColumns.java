package dev.farsight.spark.ml;

import java.io.Serializable;
import org.apache.spark.ml.linalg.Vectors;

/** What is added to a row, as the parameters have it: in this order, and what has a name. */
record ScoreColumns(
    boolean rawPrediction, boolean probability, boolean prediction, double threshold)
    implements Serializable {

  static ScoreColumns of(ColumnParams params) {
    return new ScoreColumns(
        !params.rawPredictionName().isEmpty(),
        !params.probabilityName().isEmpty(),
        !params.predictionName().isEmpty(),
        params.thresholdValue());
  }

  int count() {
    return (rawPrediction ? 1 : 0) + (probability ? 1 : 0) + (prediction ? 1 : 0);
  }

  /** Puts the columns of a logit from a position on. */
  void put(float logit, Object[] row, int from) {
    int at = from;
    double p = (float) (1 / (1 + Math.exp(-(double) logit))); // as Predictor rounds it
    if (rawPrediction) {
      row[at++] = Vectors.dense(new double[] {-logit, logit});
    }
    if (probability) {
      row[at++] = Vectors.dense(new double[] {1 - p, p});
    }
    if (prediction) {
      row[at] = p > threshold ? 1.0 : 0.0;
    }
  }
}
