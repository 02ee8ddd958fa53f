package dev.farsight.bench.replay;

import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.attribution.PluginCalls;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.PartialResidency;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.cache.Ring;
import dev.farsight.engine.cache.RowIndex;
import dev.farsight.engine.cache.RowIndexes;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.plan.LookAhead;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;

/**
 * One pass of a trace's requests through the engine's planner: the same calls in the same order as
 * the pipeline makes, so hits, loads and victims are those of a run. Nobody carries the plans out;
 * rings are always free. Costs O(unique rows of all batches); used once, by one thread.
 */
final class Replay {

  private static final int FREE = -1;

  /** An index of so many rows is small whatever the trace uses of them. */
  private static final long FEW_ROWS = 1 << 20;

  /** Rows of the tables for each distinct row of the trace, from which on a hash is smaller. */
  private static final int SPARSE = 64;

  private final Requests requests;
  private final ReplaySettings settings;
  private final Contender contender;
  private final NextUses nextUses;
  private final Outcome bound;
  private final PartialResidency residency;
  private final LookAhead lookAhead;
  private final RowRequest[] ahead;

  /** For the clairvoyant, by position in the request being planned. */
  private final int[] batchesAhead;

  private final CachePlan plan;
  private final Tally tally;
  private final BitSet resident;

  /** Number of the row in each slot: tells from a plan's slots which rows it found there. */
  private final int[] rowIn;

  private long loaded;
  private long forwarded;
  private long evicted;
  private long writtenBack;
  private long shrunk;
  private long nanos;

  /**
   * @param nextUses for the clairvoyant
   * @param bound the clairvoyant's outcome, to tell why rows missed; null for the clairvoyant
   */
  Replay(
      Requests requests,
      ReplaySettings settings,
      Contender contender,
      int slots,
      NextUses nextUses,
      Outcome bound) {
    this.requests = requests;
    this.settings = settings;
    this.contender = contender;
    this.nextUses = nextUses;
    this.bound = bound;
    int maxRows = Math.max(1, requests.maxUniqueRows());
    boolean looksAhead = contender.looksAhead() && settings.lookAhead() > 1;
    var indexes = indexes(looksAhead);
    residency = residency(indexes.locations(), slots, maxRows);
    lookAhead =
        looksAhead
            ? new LookAhead(residency, indexes.lastUses(), settings.batchesInUse(), maxRows)
            : null;
    ahead = new RowRequest[looksAhead ? settings.batchesInUse() : 1];
    Arrays.setAll(ahead, i -> new RowRequest(requests.maxUniqueRows()));
    batchesAhead = new int[contender.clairvoyant() ? requests.maxUniqueRows() : 0];
    plan = residency.newPlan(HostBuffers.plain());
    tally = new Tally(requests.tables().size());
    resident = contender.clairvoyant() ? new BitSet(requests.entries()) : null;
    rowIn = new int[slots];
    Arrays.fill(rowIn, FREE);
  }

  /** As a run has them, but hashes where the trace uses few of the rows that its tables have. */
  private RowIndexes indexes(boolean looksAhead) {
    long rows = requests.tables().rows();
    boolean sparse = rows > FEW_ROWS && rows / SPARSE > requests.distinct();
    return RowIndexes.of(sparse ? Long.MAX_VALUE : rows, looksAhead);
  }

  private PartialResidency residency(RowIndex places, int slots, int maxRows) {
    CachePolicyFactory factory = contender.factory();
    var own = settings.own(contender.name());
    RowFrequencies frequencies =
        factory.wantsFrequencies()
            ? requests.frequencies(settings.countEvery())
            : RowFrequencies.NONE;
    int largestPlan = (int) Math.min(requests.possibleUniqueRows(), slots);
    Ring.Gate free = (held, planning) -> {};
    return new PartialResidency(
        new RegionLayout(requests.tables(), slots, settings.regions(), Map.of()),
        places,
        PluginCalls.of(factory, "cache policy " + contender.name()),
        (region, size, maxNote) ->
            factory.create(
                new PolicyContext(size, settings.seed() + region, own, frequencies, maxNote)),
        maxRows,
        new Ring(settings.ringRows("in", largestPlan), settings.planned(), free),
        new Ring(settings.ringRows("out", largestPlan), settings.forwardWindow(), free),
        settings.forwardWindow(),
        new Workers("plan", 1));
  }

  Outcome run() {
    for (Requests.Phase phase : requests.phases()) {
      run(phase);
      residency.drained();
    }
    return new Outcome(
        contender.name(),
        contender.looksAhead() ? settings.lookAhead() : 0,
        rowIn.length,
        tally,
        loaded,
        forwarded,
        evicted,
        writtenBack,
        shrunk,
        nanos / 1e9,
        resident);
  }

  private void run(Requests.Phase phase) {
    int entered = phase.first();
    for (int n = phase.first(); n < phase.end(); n++) {
      int seen = lookAhead == null ? n + 1 : Math.min(phase.end(), n + settings.lookAhead());
      while (entered < seen) {
        enter(entered++, phase);
      }
      RowRequest request = ahead[n % ahead.length];
      long start = System.nanoTime();
      if (lookAhead != null) {
        lookAhead.leave(n);
      }
      residency.plan(request, plan);
      nanos += System.nanoTime() - start;
      count(n, phase.phase().training());
    }
  }

  private void enter(int n, Requests.Phase phase) {
    RowRequest request = ahead[n % ahead.length];
    request.begin(phase.phase().use(), phase.phase().updates());
    requests.fill(n, request);
    if (contender.clairvoyant()) {
      request.nextUses(n, batchesAhead);
      for (int u = 0; u < request.count(); u++) {
        int next = nextUses.at(requests.start(n) + u);
        batchesAhead[u] = next == NextUses.NEVER ? 0 : next - n;
      }
    }
    if (lookAhead != null) {
      long start = System.nanoTime();
      lookAhead.enter(n, request);
      nanos += System.nanoTime() - start;
    }
  }

  private void count(int n, boolean training) {
    int first = requests.start(n);
    for (int at = first; at < requests.start(n + 1); at++) {
      int slot = plan.slot(at - first);
      int row = requests.row(at);
      boolean hit = rowIn[slot] == row;
      rowIn[slot] = row;
      if (hit && resident != null) {
        resident.set(at);
      }
      if (training) {
        count(n, at, row, hit);
      }
    }
    if (training) {
      loaded += plan.moves().loads();
      forwarded += plan.moves().forwards();
      evicted += plan.evicted();
      writtenBack += plan.moves().evictions();
      shrunk += plan.shrunk() ? 1 : 0;
    }
  }

  private void count(int n, int at, int row, boolean hit) {
    int table = requests.tableOfRow(row);
    int lookups = requests.occurrences(at);
    tally.lookups[table] += lookups;
    tally.uniqueRows[table]++;
    if (hit) {
      tally.hits[table] += lookups;
      tally.uniqueHits[table]++;
    } else if (row >= requests.distinctBefore(n)) {
      tally.compulsory[table]++;
    } else if (bound != null && bound.resident().get(at)) {
      tally.policy[table]++;
    } else {
      tally.capacity[table]++;
    }
  }
}
