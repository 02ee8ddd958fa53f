package dev.farsight.engine.predict;

import dev.farsight.engine.checkpoint.DenseValues;

/**
 * Hands scorers on from versions that are freed to versions that are loaded: all versions of a
 * model need the same memory, and differ in the values of the dense parameters. So going on to a
 * version takes no memory of its own for them, whatever backend computes. Thread-safe.
 *
 * <p><b>Memory.</b> The scorers of one version, once a version was freed.
 */
final class SpareScorers implements AutoCloseable {

  private final int threads;

  /** Null if there are none. */
  private ScorerPool spare;

  private boolean closed;

  /**
   * @param threads how many scorers a version has
   */
  SpareScorers(int threads) {
    this.threads = threads;
  }

  /**
   * Scorers of a version, to be {@linkplain #giveBack given back}.
   *
   * @param shape the same one each time
   */
  ScorerPool take(ModelShape shape, DenseValues dense) {
    ScorerPool taken = takeSpare();
    if (taken == null) {
      return new ScorerPool(shape, dense, threads);
    }
    try {
      taken.forEach(scorer -> scorer.load(dense));
      return taken;
    } catch (RuntimeException | Error e) {
      giveBack(taken);
      throw e;
    }
  }

  private synchronized ScorerPool takeSpare() {
    ScorerPool taken = spare;
    spare = null;
    return taken;
  }

  /** Takes scorers back, all of which must be free. */
  void giveBack(ScorerPool pool) {
    if (!keep(pool)) {
      pool.close();
    }
  }

  private synchronized boolean keep(ScorerPool pool) {
    if (closed || spare != null) {
      return false;
    }
    spare = pool;
    return true;
  }

  /** Frees the spare scorers now, and others when they are given back. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    ScorerPool last = takeSpare();
    if (last != null) {
      last.close();
    }
  }
}
