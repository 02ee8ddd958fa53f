package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.data.ShuffledData;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.metrics.Evaluation;
import dev.farsight.engine.plugin.Components;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The heap that a run takes, as its parts state it, and as it is measured after a collection. */
@Timeout(300)
class HeapForecastTest {

  private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

  @TempDir Path folder;

  /** Random samples that take no memory. Every row is as likely as any other. */
  private record RandomSamples(BatchSchema schema, long samples) implements DataSource {

    @Override
    public long trainSamples() {
      return samples;
    }

    @Override
    public long evalSamples() {
      return 0;
    }

    @Override
    public BatchSource train(int epoch) {
      return source(samples);
    }

    @Override
    public BatchSource eval() {
      return source(0);
    }

    private BatchSource source(long count) {
      var random = new Random(7);
      long[] left = {count};
      return new BatchSource() {
        @Override
        public BatchSchema schema() {
          return schema;
        }

        @Override
        public boolean next(Batch batch) {
          int n = (int) Math.min(batch.capacity(), left[0]);
          batch.samples(n);
          for (int f = 0; f < schema.features().size(); f++) {
            int rows = schema.tables().get(f).rows();
            for (int s = 0; s < n; s++) {
              batch.indices(f)[s] = random.nextInt(rows);
            }
          }
          for (int s = 0; s < n; s++) {
            batch.labels().put(s, random.nextInt(2));
          }
          left[0] -= n;
          return n > 0;
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public void close() {}
  }

  private record Factory(DataSource data) implements DataSourceFactory {

    @Override
    public String name() {
      return "synthetic";
    }

    @Override
    public DataSource open(DataContext context) {
      return data;
    }
  }

  private static Components with(DataSource data) {
    Components parts = TestRun.builtIn();
    var sources = new TreeMap<>(parts.sources());
    sources.put("synthetic", new Factory(data));
    return new Components(
        parts.policies(),
        parts.stores(),
        parts.computes(),
        sources,
        parts.models(),
        parts.collectives(),
        parts.exportFormats(),
        parts.offers());
  }

  private static long usedHeap() {
    long used = Long.MAX_VALUE;
    // Finalizers and references need more than one collection.
    for (int i = 0; i < 4; i++) {
      MEMORY.gc();
      used = Math.min(used, MEMORY.getHeapMemoryUsage().getUsed());
    }
    return used;
  }

  /** Of each shape, another part is the largest. */
  @ParameterizedTest
  @CsvSource({
    "lru,       1,  0, 4, 2000000, 2000,  10%, 2,  1", // slots and index
    "lfu,       1,  0, 4, 2000000, 2000,  30%, 2,  1", // policy
    "lookahead, 1,  0, 4,   60000, 60000, 80%, 2,  8", // batches, plans and notes
    "lru,      64,  0, 4,  300000, 60000, 90%, 2,  1", // regions
    "lru,       4, 40, 40,  20000, 5000,  90%, 4,  2", // tables with slots of their own
    "frequency, 1,  0, 4, 1000000, 2000,  10%, 2,  1", // row counts
    "lru,       1,  0, 4,  500000, 12500, all, 2,  1" // no policy
  })
  void theForecastIsWhatIsMeasured(
      String policy,
      int regions,
      int ownTables,
      int tables,
      int rows,
      int batch,
      String size,
      int planned,
      int lookAhead) {
    var list = new ArrayList<Table>();
    List<String> sets = new ArrayList<>();
    for (int t = 0; t < tables; t++) {
      list.add(new Table("C" + t, rows));
      if (t < ownTables - 1) {
        sets.add("cache.tables.C" + t + ".size=\"50%\"");
      }
    }
    var schema = new BatchSchema(1, new TableSet(list), true, false);
    Components components = with(new RandomSamples(schema, 12L * batch));
    TestRun run =
        new TestRun(folder)
            .components(components)
            .set(sets.toArray(String[]::new))
            .set(
                "model.embedding-dim=2",
                "data.batch-size=" + batch,
                "cache.policy=" + policy,
                "cache.regions=" + regions,
                "cache.size=\"" + size + "\"",
                "lookahead.planned=" + planned,
                "lookahead.batches=" + lookAhead,
                "lookahead.threads=2",
                "report.hash-weights=false");
    MemoryForecast forecast = Preview.of(run.config(), components).memory();
    long stated = forecast.bytes(Tier.HEAP);
    long before = usedHeap();
    try (Trainer trainer = run.open(RunListener.NONE)) {
      trainer.train();
      long taken = usedHeap() - before;
      assertThat(taken)
          .as("%d MiB taken, stated are %s", taken >> 20, inMebibytes(forecast))
          .isCloseTo(stated, withinPercentage(25));
    }
  }

  private static List<String> inMebibytes(MemoryForecast forecast) {
    return forecast.lines().stream()
        .filter(line -> line.tier() == Tier.HEAP)
        .map(line -> (line.bytes() >> 20) + " MiB " + line.what())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"true, false, false", "true, true, false", "true, true, true", "false, false, true"})
  void theScoresOfAnEvaluationAreStated(boolean labelled, boolean truth, boolean keepsLogits) {
    int samples = 6_000_000;
    var schema = new BatchSchema(0, new TableSet(List.of(new Table("a", 3))), labelled, truth);
    var batch = new Batch(schema, 10_000, HostBuffers.plain());
    var result = new StepInput(schema, 10_000, 3, HostBuffers.plain());
    var random = new Random(1);
    batch.samples(10_000);
    long before = usedHeap();
    var evaluation = new Evaluation(labelled, truth, keepsLogits);
    for (int done = 0; done < samples; done += batch.samples()) {
      for (int s = 0; s < batch.samples(); s++) {
        batch.labels().put(s, random.nextInt(2));
      }
      evaluation.add(batch, result);
    }
    long taken = usedHeap() - before;
    long stated = Evaluation.heapBytes(samples, labelled, truth, keepsLogits);
    assertThat(taken).isCloseTo(stated, withinPercentage(25));
    assertThat(evaluation.samples()).isEqualTo(samples);
  }

  @Test
  void theGroupsOfAnEvaluationAreStated() {
    int samples = 6_000_000;
    var schema = new BatchSchema(0, new TableSet(List.of(new Table("a", 5000))), true, false);
    var batch = new Batch(schema, 10_000, HostBuffers.plain());
    var result = new StepInput(schema, 10_000, 3, HostBuffers.plain());
    var random = new Random(1);
    batch.samples(10_000);
    long before = usedHeap();
    var evaluation = new Evaluation(true, false, false, 0);
    for (int done = 0; done < samples; done += batch.samples()) {
      for (int s = 0; s < batch.samples(); s++) {
        batch.labels().put(s, random.nextInt(2));
        batch.indices(0)[s] = random.nextInt(5000);
      }
      evaluation.add(batch, result);
    }
    long taken = usedHeap() - before;
    long stated =
        Evaluation.heapBytes(samples, true, false, false) + Evaluation.groupBytes(samples, false);
    assertThat(taken).isCloseTo(stated, withinPercentage(25));
    assertThat(evaluation.samples()).isEqualTo(samples);
  }

  @Test
  void theBlocksOfShuffledSamplesAreStated() {
    int tables = 20;
    var list = IntStream.range(0, tables).mapToObj(t -> new Table("C" + t, 1000)).toList();
    var schema = new BatchSchema(10, new TableSet(list), true, false);
    int blockSamples = 300_000;
    var data = new RandomSamples(schema, 3L * blockSamples);
    var batch = new Batch(schema, 5000, HostBuffers.plain());
    long before = usedHeap();
    try (BatchSource pass = new ShuffledData(data, blockSamples, 1).train(0)) {
      // The second block is full once its first sample is there.
      for (long read = 0; read <= blockSamples; read += batch.samples()) {
        assertThat(pass.next(batch)).isTrue();
      }
      long taken = usedHeap() - before;
      long stated =
          ShuffledData.forecast(schema, blockSamples, 5000, DataSource.UNKNOWN).bytes(Tier.HEAP);
      assertThat(taken).isCloseTo(stated, withinPercentage(25));
    }
  }

  @Test
  void heapAndOtherMemoryAreApart() {
    var schema = new BatchSchema(1, new TableSet(List.of(new Table("a", 100_000))), true, false);
    Components components = with(new RandomSamples(schema, 1000));
    MemoryForecast forecast =
        Preview.of(new TestRun(folder).set("cache.size=\"10%\"").config(), components).memory();
    assertThat(forecast.lines())
        .filteredOn(line -> line.what().equals("scores of an evaluation"))
        .singleElement()
        .satisfies(line -> assertThat(line.tier()).isEqualTo(Tier.HEAP));
    assertThat(forecast.bytes(Tier.HEAP)).isPositive();
    assertThat(forecast.bytes(Tier.HOST)).isPositive();
  }
}
