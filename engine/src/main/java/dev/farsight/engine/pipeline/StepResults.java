package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.RequestedRows;
import dev.farsight.engine.plan.OwnedRows;
import java.util.List;

/**
 * A batch whose step is done: the samples of each rank of this process, in order, with what was
 * computed and planned. The object is reused for the next batch.
 */
public final class StepResults {

  private final List<LaneParts> lanes;
  private long n;

  StepResults(List<LaneParts> lanes) {
    this.lanes = lanes;
  }

  StepResults of(long batch) {
    n = batch;
    return this;
  }

  /** How many ranks this process has. */
  public int ranks() {
    return lanes.size();
  }

  /** The number of a rank of this process among all of the run. */
  public int rank(int index) {
    return lanes.get(index).rank();
  }

  /**
   * How many ranks have plans of their own, from the first on: all, or one if the plans of all are
   * equal because they have columns of the same rows.
   */
  public int plans() {
    return lanes.get(0).columns() ? 1 : lanes.size();
  }

  /** The samples of a rank, by its place among those of this process. It may have none. */
  public Batch batch(int rank) {
    return lanes.get(rank).carriers().batch(n);
  }

  public StepInput input(int rank) {
    return lanes.get(rank).carriers().input(n);
  }

  public CachePlan plan(int rank) {
    return lanes.get(rank).carriers().plan(n);
  }

  /** What was asked of a rank's cache. */
  public RequestedRows requested(int rank) {
    return lanes.get(rank).carriers().requested(n);
  }

  /** The mean loss of all samples. */
  public float loss() {
    return input(0).loss().get(0);
  }

  /** How many weights were saturated, in rows of 16 bits. */
  public int saturated() {
    int saturated = 0;
    for (int rank = 0; rank < ranks(); rank++) {
      saturated += input(rank).saturated().get(0);
    }
    return saturated;
  }

  /** Samples of all ranks, those of other processes too. */
  public int samples() {
    OwnedRows owned = lanes.get(0).merge() == null ? null : lanes.get(0).carriers().owned(n);
    return owned == null ? batch(0).samples() : owned.samples();
  }

  /** Where the samples of each rank of the run begin; its last entry is their number. */
  public int[] sampleStarts() {
    return lanes.get(0).carriers().owned(n).sampleStarts();
  }
}
