package dev.farsight.bench;

import dev.farsight.api.data.Batch;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Where the planner's time goes: as {@link PlannerBenchmark} under lfu, with the time of each part
 * by the clock, in nanoseconds a second of planning. They add up to nearly 1e9.
 */
@State(Scope.Thread)
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 10, time = 1)
public class PlannerPartsBenchmark {

  private static final int LOOKUPS_AN_ITERATION = 40_000_000;

  @Param({"2048", "16384"})
  public int batchSize;

  private final PolicyClock clock = new PolicyClock();
  private Workload workload;
  private Batch[] batches;
  private Planner planner;
  private int next;

  /** Nanoseconds of each part; residency is what is left of planning without the policy. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Parts {
    public long lookups;
    public long dedupe;
    public long residency;
    public long policyHit;
    public long policyVictims;
    public long policyEvicted;
    public long policyAdmit;
    public long order;
  }

  @Setup(Level.Trial)
  public void open() {
    workload = new Workload(batchSize);
    batches = workload.newBatches(LOOKUPS_AN_ITERATION);
    planner = new Planner(workload, "lfu", .01, Planner.LOOK_AHEAD, clock::watch);
    do {
      workload.fill(batches);
      for (Batch batch : batches) {
        planner.accept(batch);
      }
    } while (!planner.full());
  }

  @Setup(Level.Iteration)
  public void fill() {
    workload.fill(batches);
    next = 0;
  }

  @TearDown(Level.Trial)
  public void close() {
    workload.close();
  }

  @Benchmark
  public Object plan(Parts parts) {
    Batch batch = batches[next++ % batches.length];
    clock.reset();
    long start = System.nanoTime();
    planner.enter(batch);
    long entered = System.nanoTime();
    planner.plan();
    long planned = System.nanoTime();
    planner.order();
    parts.order += System.nanoTime() - planned;
    parts.dedupe += entered - start;
    parts.residency += planned - entered - clock.total();
    parts.policyHit += clock.hit;
    parts.policyVictims += clock.victims;
    parts.policyEvicted += clock.evicted;
    parts.policyAdmit += clock.admit;
    parts.lookups += batch.lookups();
    return planner.last();
  }
}
