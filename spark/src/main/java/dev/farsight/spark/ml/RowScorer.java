package dev.farsight.spark.ml;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.SampleEncoder;
import dev.farsight.engine.predict.Predictor;
import java.util.List;
import org.apache.spark.sql.Row;

/** Scores rows batch by batch, for one thread at a time. */
final class RowScorer {

  /** Whole numbers below are written without an exponent. */
  private static final double EXPONENT = 1e16;

  private final Predictor predictor;
  private final SampleEncoder encoder;
  private final Batch batch;
  private final float[] logits;

  RowScorer(Predictor predictor, SampleEncoder encoder) {
    this.predictor = predictor;
    this.encoder = encoder;
    this.batch = predictor.newBatch();
    this.logits = new float[predictor.batchSize()];
  }

  /** The most rows of a batch. */
  int batchSize() {
    return logits.length;
  }

  void begin() {
    encoder.begin(batch);
  }

  /**
   * Adds a row.
   *
   * @param from where the values of the features begin in it
   * @throws dev.farsight.api.FarsightException if a value is malformed
   */
  void add(Row row, int from, List<InputColumn> features) {
    for (int i = 0; i < features.size(); i++) {
      InputColumn feature = features.get(i);
      if (row.isNullAt(from + i)) {
        continue; // what is not set is missing
      }
      switch (feature.role()) {
        case DENSE -> encoder.set(feature.name(), Double.toString(row.getDouble(from + i)));
        case CATEGORICAL -> encoder.set(feature.name(), text(row.get(from + i)));
        case BAG -> {
          for (Object value : row.getList(from + i)) {
            if (value != null) {
              encoder.add(feature.name(), text(value));
            }
          }
        }
      }
    }
    encoder.endSample();
  }

  /** A value as the source {@code parquet} reads it. */
  static String text(Object value) {
    if (value instanceof Double number) {
      double d = number;
      return d == Math.rint(d) && Math.abs(d) < EXPONENT ? (long) d + ".0" : number.toString();
    }
    return value.toString();
  }

  /**
   * Ends the batch.
   *
   * @return the logits of its rows, valid until the next batch ends
   */
  float[] score() {
    encoder.end();
    predictor.logits(batch, logits);
    return logits;
  }
}
