package dev.farsight.engine.data;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.internal.Closing;
import dev.farsight.engine.process.OwnRanks;
import java.util.ArrayList;
import java.util.List;

/**
 * A source that several ranks read at the same time, each its own samples of every step: a pass for
 * each rank, which passes over the samples of the others. The source itself reads the samples of
 * the first rank of this process, and with them decides where a step begins; {@link #part} reads
 * those of another.
 *
 * <p>The source belongs to one thread, and so does each part. A rank reads its part of a step after
 * the first rank has read its own, and at most {@value #MOST_AHEAD} steps later. Owns the passes.
 */
public final class DividedSource implements BatchSource {

  /** Steps that the first rank may be ahead of another one. */
  public static final int MOST_AHEAD = 1 << 12;

  private final List<BatchSource> passes;
  private final List<Part> parts = new ArrayList<>();
  private final int stepSamples;

  /** By number of the step, modulo their count: samples before it. */
  private final long[] stepStarts = new long[MOST_AHEAD];

  /** Samples before the next step. */
  private long nextStart;

  /**
   * @param passes by rank of this process; owned
   * @param stepSamples samples of a step, on all ranks together
   */
  DividedSource(List<BatchSource> passes, OwnRanks ranks, int stepSamples) {
    this.passes = passes;
    this.stepSamples = stepSamples;
    int rankSamples = stepSamples / ranks.all();
    for (int i = 0; i < passes.size(); i++) {
      parts.add(new Part(passes.get(i), ranks.rank(i) * rankSamples));
    }
  }

  /** The samples of another rank, by its place among those of this process. */
  public BatchSource part(int index) {
    return parts.get(index);
  }

  @Override
  public BatchSchema schema() {
    return passes.get(0).schema();
  }

  @Override
  public boolean next(Batch batch) {
    Part first = parts.get(0);
    stepStarts[(int) (first.steps % MOST_AHEAD)] = nextStart;
    long start = nextStart;
    nextStart += stepSamples;
    if (first.next(batch)) {
      return true;
    }
    StepSource.empty(batch);
    return first.pass.position() > start;
  }

  @Override
  public long skip(long samples, Batch scratch) {
    Part first = parts.get(0);
    if (!first.pass.passTo(nextStart, scratch)) {
      return 0;
    }
    first.pass.passTo(nextStart + samples, scratch);
    long skipped = first.pass.position() - nextStart;
    nextStart += skipped;
    return skipped;
  }

  @Override
  public long badRows() {
    return passes.get(0).badRows();
  }

  @Override
  public long truncatedBags() {
    return passes.get(0).truncatedBags();
  }

  @Override
  public void close() {
    Closing.all(passes.toArray(AutoCloseable[]::new));
  }

  /** The samples of one rank. */
  private final class Part implements BatchSource {

    private final CountedPass pass;

    /** Samples of a step before those of the rank. */
    private final int before;

    /** Steps read. */
    private long steps;

    Part(BatchSource pass, int before) {
      this.pass = new CountedPass(pass);
      this.before = before;
    }

    @Override
    public BatchSchema schema() {
      return pass.schema();
    }

    @Override
    public boolean next(Batch batch) {
      long start = stepStarts[(int) (steps++ % MOST_AHEAD)];
      return pass.passTo(start + before, batch) && pass.next(batch);
    }

    @Override
    public long badRows() {
      return pass.badRows();
    }

    @Override
    public long truncatedBags() {
      return pass.truncatedBags();
    }

    @Override
    public void close() {
      pass.close();
    }
  }
}
