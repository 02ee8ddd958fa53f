package dev.farsight.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.cache.RegionRows;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.testkit.compute.StepInputs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeduperTest {

  private static final TableSet TABLES =
      new TableSet(
          List.of(
              new Table("one", 1),
              new Table("few", 7),
              new Table("some", 500),
              new Table("many", Integer.MAX_VALUE)));

  @ParameterizedTest
  @CsvSource({"1,1,false", "2,1,false", "3,3,false", "4,2,false", "5,1,true", "6,2,true"})
  void findsUniqueRowsAndTheOrderOfLookups(long seed, int threads, boolean stepOrders) {
    assertFinds(new BatchSchema(0, TABLES, true, false), seed, threads, stepOrders);
  }

  @ParameterizedTest
  @CsvSource({"7,1,false", "8,2,false", "9,3,false", "10,2,false", "11,1,true", "12,2,true"})
  void findsRowsOfBagsAndSharedTables(long seed, int threads, boolean stepOrders) {
    var random = new Random(seed);
    List<Feature> features = new ArrayList<>();
    for (int f = 0; f < 9; f++) {
      int table = f < 4 ? 3 - f : random.nextInt(4);
      features.add(
          random.nextInt(3) == 0
              ? new Feature("f" + f, table)
              : Feature.bag("f" + f, table, 1 + random.nextInt(9), Pooling.SUM));
    }
    assertFinds(new BatchSchema(0, TABLES, features, Set.of()), seed, threads, stepOrders);
  }

  private static void assertFinds(BatchSchema schema, long seed, int threads, boolean stepOrders) {
    var random = new Random(seed);
    int batchSize = 1 + random.nextInt(300);
    try (var workers = new Workers("test", threads);
        HostBuffers buffers = HostBuffers.plain()) {
      var deduper = new Deduper(schema, batchSize, workers);
      var order = new LookupOrder(schema, batchSize, stepOrders, workers);
      UniqueRows rows = deduper.newRows();
      int maxRows = Deduper.maxUniqueRows(schema, batchSize);
      var batch = new Batch(schema, batchSize, buffers);
      var input = new StepInput(schema, batchSize, maxRows, buffers);
      var expected = new StepInput(schema, batchSize, maxRows, buffers);
      StepInputs.spoilOrder(input);
      StepInputs.spoilOrder(expected);
      for (int round = 0; round < 50; round++) {
        fill(batch, random);
        deduper.find(batch, RowRequest.Use.TRAIN, true, rows);
        Map<Long, Integer> occurrences = occurrences(batch);
        RowRequest request = rows.request();
        assertThat(request.count()).as("seed %d", seed).isEqualTo(occurrences.size());
        int u = 0;
        int[] slots = new int[maxRows];
        Map<Long, Integer> slotOf = new LinkedHashMap<>();
        for (var row : occurrences.entrySet()) {
          assertThat(request.rows()[u]).isEqualTo(row.getKey());
          assertThat(request.occurrences()[u]).isEqualTo(row.getValue());
          slots[u] = random.nextInt(1_000_000);
          slotOf.put(row.getKey(), slots[u++]);
        }
        order.write(
            batch, rows, (from, to, target) -> target.put(from, slots, from, to - from), input);
        StepInputs.fill(expected, batch, slotOf::get);
        if (stepOrders) {
          StepInputs.spoilOrder(expected);
        }
        assertThat(contents(input)).as("seed %d", seed).isEqualTo(contents(expected));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,3"})
  void sortsRowsByRegionInTheOrderOfTheRequest(long seed, int threads) {
    var random = new Random(seed);
    var tables = new TableSet(List.of(new Table("few", 7), new Table("some", 500)));
    var schema = new BatchSchema(0, tables, true, false);
    var layout = new RegionLayout(tables, 100, 3, Map.of());
    try (var workers = new Workers("test", threads);
        HostBuffers buffers = HostBuffers.plain()) {
      var deduper = new Deduper(schema, 200, layout.groups(), workers);
      UniqueRows rows = deduper.newRows();
      var batch = new Batch(schema, 200, buffers);
      for (int round = 0; round < 20; round++) {
        fill(batch, random);
        deduper.find(batch, RowRequest.Use.TRAIN, true, rows);
        RowRequest request = rows.request();
        RegionRows byRegion = request.byRegion(3);
        int position = 0;
        for (int region = 0; region < 3; region++) {
          assertThat(byRegion.starts()[region]).as("seed %d", seed).isEqualTo(position);
          for (int u = 0; u < request.count(); u++) {
            if (layout.regionOf(request.rows()[u]) == region) {
              assertThat(byRegion.rows()[position]).isEqualTo(request.rows()[u]);
              assertThat(byRegion.occurrences()[position]).isEqualTo(request.occurrences()[u]);
              assertThat(byRegion.requestPositions()[position]).isEqualTo(u);
              assertThat(byRegion.regionPositions()[u]).isEqualTo(position++);
            }
          }
        }
        assertThat(byRegion.starts()[3]).isEqualTo(request.count()).isEqualTo(position);
      }
    }
  }

  private static void fill(Batch batch, Random random) {
    int samples = random.nextInt(4) == 0 ? 1 + random.nextInt(batch.capacity()) : batch.capacity();
    int skew = 1 + random.nextInt(1000);
    for (int f = 0; f < batch.schema().features().size(); f++) {
      Feature feature = batch.schema().features().get(f);
      int rows = batch.schema().tables().get(feature.table()).rows();
      int lookups = samples;
      for (int s = 0; s < samples && !feature.oneHot(); s++) {
        int bag = random.nextInt(feature.maxLookups() + 1);
        batch.offsets(f)[s + 1] = batch.offsets(f)[s] + bag;
        lookups = batch.offsets(f)[s + 1];
      }
      for (int i = 0; i < lookups; i++) {
        batch.indices(f)[i] =
            random.nextBoolean() ? random.nextInt(Math.min(rows, skew)) : random.nextInt(rows);
      }
    }
    batch.samples(samples);
  }

  /** Row ids with their counts, by table and then in the order of the first lookup. */
  private static Map<Long, Integer> occurrences(Batch batch) {
    Map<Long, Integer> occurrences = new LinkedHashMap<>();
    TableSet tables = batch.schema().tables();
    for (int t = 0; t < tables.size(); t++) {
      for (int f : batch.schema().featuresOf(t)) {
        for (int i = 0; i < batch.lookups(f); i++) {
          occurrences.merge(tables.rowId(t, batch.indices(f)[i]), 1, Integer::sum);
        }
      }
    }
    return occurrences;
  }

  private static List<Integer> contents(StepInput input) {
    List<Integer> all = new ArrayList<>();
    all.add(input.uniqueRows());
    for (int u = 0; u < input.uniqueRows(); u++) {
      all.add(input.uniqueSlots().get(u));
      all.add(input.rowStarts().get(u));
    }
    all.add(input.rowStarts().get(input.uniqueRows()));
    for (int l = 0; l < input.batch().lookups(); l++) {
      all.add(input.rowLookups().get(l));
      all.add(input.uniqueOf().get(l));
      all.add(input.bagOf() == null ? 0 : input.bagOf().get(l));
    }
    return all;
  }
}
