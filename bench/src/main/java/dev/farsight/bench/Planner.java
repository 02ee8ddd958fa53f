package dev.farsight.bench;

import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.attribution.PluginCalls;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.PartialResidency;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.cache.Ring;
import dev.farsight.engine.cache.RowIndexes;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.plan.Deduper;
import dev.farsight.engine.plan.LookAhead;
import dev.farsight.engine.plan.LookupOrder;
import dev.farsight.engine.plan.UniqueRows;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The planner of a run, alone on one thread: what {@code PipelineBuilder} and {@code Pipeline} make
 * of the same parts, with as many carriers in turn as a run has (look-ahead 8, planned 4), so that
 * caches of the CPU are as cold as there. Nobody carries the plans out: rings are always free.
 */
public final class Planner {

  /** As far as a run looks ahead if nothing else is asked for. */
  static final int LOOK_AHEAD = 8;

  private static final int PLANNED = 4;
  private static final int COUNTED_SAMPLES = 200_000;

  private final Workers workers = new Workers("plan", 1);
  private final Deduper deduper;
  private final LookupOrder order;
  private final PartialResidency residency;
  private final LookAhead lookAhead;
  private final int batchesAhead;
  private final Batch[] batches;
  private final UniqueRows[] uniqueRows;
  private final CachePlan[] plans = new CachePlan[PLANNED + 2];
  private final StepInput[] inputs = new StepInput[plans.length];
  private long entered;
  private long planned;

  /**
   * @param policy name of the cache policy, with its default settings
   * @param share of the rows that are resident, 0 to 1
   */
  public Planner(Workload workload, String policy, double share) {
    this(workload, policy, share, LOOK_AHEAD, UnaryOperator.identity());
  }

  /**
   * @param batchesAhead how far the look-ahead reaches
   * @param watch wraps the policy, to watch its calls
   */
  Planner(
      Workload workload,
      String policy,
      double share,
      int batchesAhead,
      UnaryOperator<CachePolicy> watch) {
    this.batchesAhead = batchesAhead;
    batches = new Batch[batchesAhead + PLANNED + 1];
    uniqueRows = new UniqueRows[batches.length];
    var schema = workload.source().schema();
    TableSet tables = schema.tables();
    int batchSize = workload.batchSize();
    int maxRows = Deduper.maxUniqueRows(schema, batchSize);
    var layout = new RegionLayout(tables, (long) Math.ceil(tables.rows() * share), 1, Map.of());
    CachePolicyFactory factory = workload.components().policies().get(policy);
    RowFrequencies frequencies =
        factory.wantsFrequencies() ? workload.counts(COUNTED_SAMPLES) : RowFrequencies.NONE;
    var own = workload.farsight().section("cache").section(policy);
    int ringRows = 2 * Math.min(maxRows, layout.slots());
    Ring.Gate free = (held, planning) -> {};
    boolean looksAhead = factory.wantsNextUse() && batchesAhead > 1;
    var indexes = RowIndexes.of(tables.rows(), looksAhead);
    deduper = new Deduper(schema, batchSize, workers);
    order = new LookupOrder(schema, batchSize, false, workers);
    residency =
        new PartialResidency(
            layout,
            indexes.locations(),
            PluginCalls.of(factory, "cache policy " + policy),
            (region, slots, maxNote) ->
                watch.apply(
                    factory.create(new PolicyContext(slots, region, own, frequencies, maxNote))),
            maxRows,
            new Ring(ringRows, PLANNED, free),
            new Ring(ringRows, PLANNED + 2, free),
            PLANNED + 2,
            workers);
    lookAhead =
        looksAhead ? new LookAhead(residency, indexes.lastUses(), batches.length, maxRows) : null;
    for (int b = 0; b < batches.length; b++) {
      uniqueRows[b] = deduper.newRows();
    }
    for (int p = 0; p < plans.length; p++) {
      plans[p] = residency.newPlan(HostBuffers.plain());
      inputs[p] = new StepInput(schema, batchSize, maxRows, HostBuffers.plain());
    }
  }

  /** Takes a batch into the look-ahead, and plans the oldest once the look-ahead is full. */
  public void accept(Batch batch) {
    enter(batch);
    if (entered - planned >= batchesAhead) {
      plan();
      order();
    }
  }

  void enter(Batch batch) {
    int at = (int) (entered % batches.length);
    batches[at] = batch;
    deduper.find(batch, RowRequest.Use.TRAIN, true, uniqueRows[at]);
    if (lookAhead != null) {
      lookAhead.enter(entered, uniqueRows[at].request());
    }
    entered++;
  }

  void plan() {
    if (lookAhead != null) {
      lookAhead.leave(planned);
    }
    residency.plan(
        uniqueRows[(int) (planned % batches.length)].request(),
        plans[(int) (planned % plans.length)]);
  }

  void order() {
    int at = (int) (planned % batches.length);
    int to = (int) (planned % plans.length);
    order.write(batches[at], uniqueRows[at], plans[to], inputs[to]);
    planned++;
  }

  /** Plans made so far. */
  public long planned() {
    return planned;
  }

  /** The last plan made. */
  public CachePlan last() {
    return plans[(int) ((planned - 1) % plans.length)];
  }

  /** Whether slots are all taken, so that every miss evicts. */
  public boolean full() {
    return planned > 0 && last().evicted() > 0;
  }
}
