package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.HostTrace;
import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.plan.AskExchange;
import dev.farsight.engine.plan.BagOrder;
import dev.farsight.engine.plan.LookAhead;
import dev.farsight.engine.plan.LookupOrder;
import dev.farsight.engine.plan.RowMerge;
import dev.farsight.engine.plan.UniqueRowSearch;

/**
 * What the pipeline is made of for one rank: its lane, and the planning of its cache. The pipeline
 * owns none of it.
 *
 * @param rank the lane's number among those of all processes
 * @param search finds the unique rows of this rank's samples
 * @param merge puts together what all ranks ask of this one; null if there is one rank
 * @param bagOrder finds the lookups of rows of this rank; null if no sums of bags are exchanged, or
 *     the step does so
 * @param asks tells ranks of other processes what this one looks up; null if there are none
 * @param lookAhead null if the policy does not ask for next uses
 */
public record LaneParts(
    int rank,
    Lane lane,
    Residency residency,
    UniqueRowSearch search,
    RowMerge merge,
    AskExchange asks,
    LookAhead lookAhead,
    LookupOrder order,
    BagOrder bagOrder,
    Carriers carriers,
    RingGates gates,
    LaneThreads threads,
    HostTrace trace) {

  /** Whether the ranks have columns of the same rows, so that their plans are equal. */
  boolean columns() {
    return merge != null && merge.columns();
  }
}
