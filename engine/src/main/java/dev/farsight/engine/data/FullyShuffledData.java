package dev.farsight.engine.data;

import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.ForwardingDataSource;

/**
 * A data source whose training samples come in one random order of all of them, another one each
 * epoch ({@code data.shuffle = full}). The source seeks, so this takes no memory. The evaluation
 * part keeps its order. Owns the source.
 */
final class FullyShuffledData extends ForwardingDataSource {

  private final long seed;

  /**
   * @param source one that {@linkplain DataSource#seeks seeks}
   */
  FullyShuffledData(DataSource source, long seed) {
    super(source);
    this.seed = seed;
  }

  /** A stretch of the source has other samples than the same one of a pass. */
  @Override
  public boolean readsStretches() {
    return false;
  }

  @Override
  public BatchSource train(int epoch) {
    return shuffled(seed, epoch);
  }
}
