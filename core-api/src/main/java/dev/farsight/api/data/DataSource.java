package dev.farsight.api.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A data set in its own order, split in two: the first samples are for training, the rest are for
 * evaluation.
 */
public interface DataSource extends AutoCloseable {

  /** A number of samples that only a pass can tell, as that of data that can be read only once. */
  long UNKNOWN = -1;

  BatchSchema schema();

  /**
   * How many samples the training part has, or {@link #UNKNOWN}; an upper bound while malformed
   * rows may still be skipped.
   */
  long trainSamples();

  /**
   * How many samples the evaluation part has, or {@link #UNKNOWN}; an upper bound while malformed
   * rows may still be skipped.
   */
  long evalSamples();

  /**
   * What the data is, by its content and not by its place: equal for equal data wherever it lies,
   * and cheap to find for data of any size. A run is resumed only on data of the same identity.
   * Empty if the source does not know it; then the settings of the source, {@code data.path} too,
   * must be the same.
   */
  default String contentIdentity() {
    return "";
  }

  /**
   * What the dense values of a sample are, in their order, for readers of the models that are
   * trained on this data. Empty if the source does not tell.
   */
  default List<DenseFeature> denseFeatures() {
    return List.of();
  }

  /**
   * Opens a new pass over the training part.
   *
   * @throws dev.farsight.api.FarsightException if the data can be read only once, and was
   */
  BatchSource train(int epoch);

  /** Opens a new pass over the evaluation part. */
  BatchSource eval();

  /**
   * Whether several passes may be read at the same time, each by its own thread, and pass over
   * samples at no cost ({@link BatchSource#skip}). If so, each of several devices reads its own
   * samples of a step. If not, one thread reads those of all.
   */
  default boolean readsInParts() {
    return false;
  }

  /** Whether the source can seek, so that {@link #shuffled} works ({@code data.shuffle = full}). */
  default boolean seeks() {
    return false;
  }

  /**
   * Opens a new pass over the training part in a random order of all its samples, such as that of a
   * {@link Permutation}. The order is a function of seed, epoch and the number of samples, not of
   * the batch size and the number of threads. Called only if the source {@link #seeks}.
   */
  default BatchSource shuffled(long seed, int epoch) {
    throw new UnsupportedOperationException("this source cannot seek");
  }

  /**
   * Whether any stretch of the training part can be read without the samples before it, so that
   * {@link #stretch} works ({@code data.splits}). If so, each of several processes reads its own
   * stretches alone.
   */
  default boolean readsStretches() {
    return false;
  }

  /**
   * Opens a new pass over a stretch of the training part: the samples that {@link #train} has at
   * these positions. Where malformed rows are skipped, they count as positions, too. Several
   * stretches are open at the same time, and each may be read by a thread of its own. Called only
   * if the source {@linkplain #readsStretches reads stretches} and its training part has a known
   * number of samples.
   *
   * @param from position of the first sample, from 0
   * @param to the position behind the last one, at most {@link #trainSamples}
   */
  default BatchSource stretch(int epoch, long from, long to) {
    throw new UnsupportedOperationException("this source cannot begin in its midst");
  }

  /**
   * Lets an observer see the raw values of all passes that are opened from now on.
   *
   * @return false if the source has none: it generates samples, or reads indices
   */
  default boolean observe(ValueObserver observer) {
    return false;
  }

  /**
   * Writes what the source found out from the training part, and needs again to read other data for
   * the same model: see {@link DataContext#fitted}. It is kept in models and checkpoints. A source
   * that found out nothing writes nothing.
   *
   * @param folder an empty folder; the source writes files into it, no folders
   */
  default void saveFitted(Path folder) throws IOException {}

  /**
   * Bytes of the Java heap that a pass takes, at most, for data that it has read and not handed
   * over, where that depends on the data; 0 if it is little. Runs reckon with two passes, for
   * training and for evaluation.
   */
  default long passBytes() {
    return 0;
  }

  @Override
  void close();
}
