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
 * Planning on one thread: dedupe, residency, policy, victims, order; a cache of 1 % of Criteo
 * Kaggle's rows, full, so that every miss evicts. An operation is a batch; {@code lookups} is the
 * figure to compare. Every iteration plans samples not seen before.
 */
@State(Scope.Thread)
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 10, time = 1)
public class PlannerBenchmark {

  private static final int LOOKUPS_AN_ITERATION = 40_000_000;

  @Param({"2048", "16384"})
  public int batchSize;

  @Param({"lru", "lfu", "lookahead", "frequency"})
  public String policy;

  private Workload workload;
  private Batch[] batches;
  private Planner planner;
  private int next;

  /** Lookups planned, a second. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Rate {
    public long lookups;
  }

  @Setup(Level.Trial)
  public void open() {
    workload = new Workload(batchSize);
    batches = workload.newBatches(LOOKUPS_AN_ITERATION);
    planner = new Planner(workload, policy, .01);
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
  public Object plan(Rate rate) {
    Batch batch = batches[next++ % batches.length];
    planner.accept(batch);
    rate.lookups += batch.lookups();
    return planner.last();
  }
}
