package dev.farsight.bench;

import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.FullResidency;
import dev.farsight.engine.cache.RowOwners;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.cache.Sharding.Placement;
import dev.farsight.engine.plan.AskedRows;
import dev.farsight.engine.plan.Deduper;
import dev.farsight.engine.plan.OwnedRows;
import dev.farsight.engine.plan.RowMerge;
import dev.farsight.engine.plan.UniqueRows;
import java.util.Collections;
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
 * What the host does for one of two ranks, with all rows resident and tables divided by row: it
 * puts together what both ask of it, and finds the slots of these rows. 16,384 samples a rank are a
 * step of Criteo Kaggle's; 147,456 ask for about as many rows as 16,384 samples of MLPerf's bags.
 */
@State(Scope.Thread)
@Fork(value = 1, jvmArgsAppend = "-Xmx6g")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ResidentRanksBenchmark {

  private static final int RANKS = 2;
  private static final int STEPS = 8;

  @Param({"16384", "147456"})
  public int samplesOfRank;

  @Param({"1", "2"})
  public int threads;

  private Workload workload;
  private Workers workers;
  private RowMerge merge;
  private FullResidency residency;
  private CachePlan plan;
  private final AskedRows[][] steps = new AskedRows[STEPS][];
  private final OwnedRows[] merged = new OwnedRows[STEPS];
  private OwnedRows target;
  private int next;

  /** Rows of the rank that either of them looks up. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Owned {
    public long rows;
  }

  @Setup(Level.Trial)
  public void open() {
    workload = new Workload(samplesOfRank);
    workers = new Workers("merge", threads);
    BatchSchema schema = workload.source().schema();
    var sharding = new Sharding(RANKS, Collections.nCopies(schema.tables().size(), Placement.ROW));
    RowOwners owners =
        RowOwners.of(sharding, schema.tables(), Deduper.maxUniqueRows(schema, samplesOfRank));
    int most = Deduper.maxUniqueRows(schema, samplesOfRank);
    merge =
        new RowMerge(
            owners, new ExchangeShape(RANKS, most, 2 * most, 2 * most, 0), 0, false, workers);
    target = merge.newRows();
    residency = new FullResidency(schema.tables().rows(), owners, 0, 2 * most, 1, workers);
    plan = residency.newPlan(HostBuffers.plain());
    var deduper = new Deduper(schema, samplesOfRank, owners.groups(), workers);
    Batch[] batches = workload.newBatches(RANKS * schema.tables().size() * samplesOfRank);
    for (int step = 0; step < STEPS; step++) {
      workload.fill(batches);
      steps[step] = new AskedRows[RANKS];
      merged[step] = merge.newRows();
      for (int rank = 0; rank < RANKS; rank++) {
        UniqueRows rows = deduper.newRows();
        deduper.find(batches[rank], RowRequest.Use.TRAIN, true, rows);
        merge.sort(rows);
        steps[step][rank] = new AskedRows().of(rows, batches[rank]);
      }
      merge.merge(steps[step], RowRequest.Use.TRAIN, true, merged[step]);
    }
  }

  @TearDown(Level.Trial)
  public void close() {
    workers.close();
    workload.close();
  }

  @Benchmark
  public OwnedRows merge(Owned owned) {
    merge.merge(steps[next++ % STEPS], RowRequest.Use.TRAIN, true, target);
    owned.rows += target.request().count();
    return target;
  }

  @Benchmark
  public CachePlan plan(Owned owned) {
    OwnedRows rows = merged[next++ % STEPS];
    residency.plan(rows.request(), plan);
    owned.rows += rows.request().count();
    return plan;
  }
}
