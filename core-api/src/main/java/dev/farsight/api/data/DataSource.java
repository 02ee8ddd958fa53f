package dev.farsight.api.data;

/**
 * A data set that is split, in its own order, into samples to train on and a last part to evaluate
 * on.
 */
public interface DataSource extends AutoCloseable {

  BatchSchema schema();

  /** Samples of the training part; an upper bound while malformed rows may still be skipped. */
  long trainSamples();

  /** Samples of the evaluation part; an upper bound while malformed rows may still be skipped. */
  long evalSamples();

  /** A fresh pass over the training part. */
  BatchSource train(int epoch);

  /** A fresh pass over the evaluation part. */
  BatchSource eval();

  @Override
  void close();
}
