package dev.farsight.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.cache.RowOwners;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.cache.Sharding.Placement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ranks send each other, against the rows that their samples look up. */
class RowMergeTest {

  private final Random random = new Random(11);
  private final int ranks = 3;
  private int samples;
  private TableSet tables;
  private BatchSchema schema;
  private RowOwners owners;
  private ExchangeShape shape;
  private boolean splits = true;

  /** Lists of many rows are written in several slices. */
  private void shape(int scale) {
    samples = 40 * scale;
    tables =
        new TableSet(
            List.of(
                new Table("a", 30 * scale),
                new Table("b", 900 * scale),
                new Table("c", 70 * scale),
                new Table("d", 5 * scale)));
    schema =
        new BatchSchema(
            0,
            tables,
            List.of(
                new Feature("a", 0),
                new Feature("b", 1),
                new Feature("c", 2),
                new Feature("b2", 1),
                new Feature("d", 3)),
            Set.of());
    owners =
        RowOwners.of(
            new Sharding(
                ranks,
                List.of(Placement.on(1), Placement.ROW, Placement.ROW, Placement.REPLICATED)),
            tables,
            0);
    shape = new ExchangeShape(ranks, 200 * scale, 600 * scale, 600 * scale, 600 * scale);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 30})
  void everyRowArrivesWhereItIsLookedUpAndItsGradientsComeBackInRankOrder(int scale) {
    shape(scale);
    splits = scale > 1;
    assertThat(owners.sortedByRank()).isTrue();
    checkRounds(Math.max(3, 50 / scale));
  }

  /** Their groups are not sorted by rank. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tablesHaveRegionsOfTheirOwn(boolean splits) {
    shape(1);
    var sharding =
        new Sharding(
            ranks, List.of(Placement.on(1), Placement.ROW, Placement.ROW, Placement.REPLICATED));
    owners =
        RowOwners.of(new RegionLayout(tables, sharding, 800, 2, Map.of("c", 60L, "d", 5L), null));
    assertThat(owners.sortedByRank()).isFalse();
    this.splits = splits;
    checkRounds(50);
  }

  /** By regions of a cache, and where every row is resident. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ranksThatHaveColumnsAllHaveTheSameRequest(boolean resident) {
    shape(1);
    var sharding = new Sharding(ranks, Collections.nCopies(tables.size(), Placement.COLUMN));
    owners =
        resident
            ? RowOwners.of(sharding, tables, 0)
            : RowOwners.of(
                new RegionLayout(tables, sharding, 500, 3, Map.of("c", 40L, "d", 5L), null));
    shape = new ExchangeShape(ranks, 200, 600, 600, 0, true);
    checkRounds(50);
  }

  private void checkRounds(int rounds) {
    try (var workers = new Workers("test", 2)) {
      var merges = new RowMerge[ranks];
      Arrays.setAll(merges, rank -> new RowMerge(owners, shape, rank, splits, workers));
      var deduper = new Deduper(schema, samples, owners.groups(), workers);
      for (int round = 0; round < rounds; round++) {
        check(round, merges, deduper, workers);
      }
    }
  }

  static AskedRows[] asked(Batch[] batches, UniqueRows[] unique) {
    return IntStream.range(0, batches.length)
        .mapToObj(rank -> new AskedRows().of(unique[rank], batches[rank]))
        .toArray(AskedRows[]::new);
  }

  private void check(int round, RowMerge[] merges, Deduper deduper, Workers workers) {
    var batches = new Batch[ranks];
    var asked = new UniqueRows[ranks];
    for (int rank = 0; rank < ranks; rank++) {
      batches[rank] = batch(rank == 2 && round % 3 == 0 ? 0 : 1 + random.nextInt(samples));
      asked[rank] = deduper.newRows();
      deduper.find(batches[rank], RowRequest.Use.TRAIN, true, asked[rank]);
    }
    var exchanges = new RowExchange[ranks];
    var owned = new OwnedRows[ranks];
    for (int rank = 0; rank < ranks; rank++) {
      owned[rank] = merges[rank].newRows();
      merges[rank].merge(asked(batches, asked), RowRequest.Use.TRAIN, true, owned[rank]);
      exchanges[rank] = new RowExchange(shape, HostBuffers.plain());
      owned[rank].writeTo(
          exchanges[rank],
          (from, to, target) -> {
            for (int o = from; o < to; o++) {
              target.put(o, 1000 + o);
            }
          },
          workers);
    }
    long before = 0;
    for (int rank = 0; rank < ranks; rank++) {
      checkRequest(round, rank, asked, owned[rank]);
      if (owners.columns()) {
        checkEqual(owned[0].request(), owned[rank].request());
      }
      checkArrivals(round, rank, asked[rank], owned, exchanges);
      checkGradients(round, rank, asked, exchanges[rank]);
      assertThat(exchanges[rank].firstSample()).isEqualTo(before);
      before += batches[rank].samples();
    }
    for (RowExchange exchange : exchanges) {
      assertThat(exchange.divisor()).isEqualTo((double) before);
    }
  }

  private void checkRequest(int round, int rank, UniqueRows[] asked, OwnedRows owned) {
    Map<Long, Integer> expected = new HashMap<>();
    for (int p = 0; p < ranks; p++) {
      RowRequest request = asked[p].request();
      for (int u = 0; u < request.count(); u++) {
        long row = request.rows()[u];
        if (owners.on(rank, row)) {
          boolean counted =
              owners.columns() || owners.rankOf(row) != RegionLayout.ALL_RANKS || p == rank;
          expected.merge(row, counted ? request.occurrences()[u] : 0, Integer::sum);
        }
      }
    }
    Map<Long, Integer> actual = new HashMap<>();
    int[] ofTable = new int[tables.size()];
    for (int o = 0; o < owned.request().count(); o++) {
      long row = owned.request().rows()[o];
      assertThat(actual.put(row, owned.request().occurrences()[o])).isNull();
      ofTable[tables.tableOf(row)]++;
    }
    assertThat(actual).as("round %d, rank %d", round, rank).isEqualTo(expected);
    for (int t = 0; t < ofTable.length; t++) {
      assertThat(owned.tableRows(t)).isEqualTo(ofTable[t]);
    }
  }

  private static void checkEqual(RowRequest first, RowRequest request) {
    int count = first.count();
    assertThat(request.count()).isEqualTo(count);
    assertThat(Arrays.copyOf(request.rows(), count)).isEqualTo(Arrays.copyOf(first.rows(), count));
    assertThat(Arrays.copyOf(request.occurrences(), count))
        .isEqualTo(Arrays.copyOf(first.occurrences(), count));
    assertThat(request.updates()).isEqualTo(first.updates());
  }

  /** Carries row ids as a step carries weights. */
  private void checkArrivals(
      int round, int rank, UniqueRows asked, OwnedRows[] owned, RowExchange[] exchanges) {
    RowExchange own = exchanges[rank];
    var arrived = new ArrayList<Long>();
    for (int p = 0; p < ranks; p++) {
      assertThat(own.askedStarts()[p]).isEqualTo(arrived.size());
      int end = exchanges[p].sendStarts()[rank + 1];
      for (int k = exchanges[p].sendStarts()[rank]; k < end; k++) {
        arrived.add(exchanges[p].ownedIds()[exchanges[p].sendRows().get(k)]);
      }
    }
    assertThat(own.askedRows()).isEqualTo(arrived.size());
    for (int kept = own.sentRows(); arrived.size() < asked.request().count(); kept++) {
      arrived.add(own.ownedIds()[own.sendRows().get(kept)]);
    }
    int unique = asked.request().count();
    for (int p = 1; p < ranks && owners.columns(); p++) {
      assertThat(arrived.subList(p * unique, (p + 1) * unique))
          .isEqualTo(arrived.subList(0, unique));
    }
    for (int u = 0; u < unique; u++) {
      assertThat(arrived.get(owned[rank].arrivals()[u]))
          .as("round %d, rank %d, unique row %d", round, rank, u)
          .isEqualTo(asked.request().rows()[u]);
    }
  }

  private void checkGradients(int round, int rank, UniqueRows[] asked, RowExchange exchange) {
    int sent = exchange.sentRows();
    Set<Integer> seen = new LinkedHashSet<>();
    for (int o = 0; o < exchange.ownedRows(); o++) {
      long row = exchange.ownedIds()[o];
      assertThat(exchange.ownedSlots().get(o)).isEqualTo(1000 + o);
      List<Integer> from = new ArrayList<>();
      int end = exchange.gradientStarts().get(o + 1);
      for (int j = exchange.gradientStarts().get(o); j < end; j++) {
        int position = exchange.gradients().get(j);
        assertThat(seen.add(position)).isTrue();
        boolean gathered = position >= sent;
        from.add(
            rankAt(
                gathered ? exchange.gatherStarts() : exchange.sendStarts(),
                gathered ? position - sent : position));
        if (!gathered) {
          assertThat(exchange.sendRows().get(position)).isEqualTo(o);
        }
      }
      List<Integer> expected = new ArrayList<>();
      for (int p = 0; p < ranks; p++) {
        RowRequest request = asked[p].request();
        if (Arrays.stream(request.rows(), 0, request.count()).anyMatch(r -> r == row)) {
          expected.add(p);
        }
      }
      assertThat(from).as("round %d, rank %d, row %d", round, rank, row).isEqualTo(expected);
    }
    assertThat(seen).hasSize(sent + exchange.gatheredRows());
  }

  private static int rankAt(int[] starts, int position) {
    int rank = 0;
    while (starts[rank + 1] <= position) {
      rank++;
    }
    return rank;
  }

  private Batch batch(int samples) {
    var batch = new Batch(schema, this.samples, HostBuffers.plain());
    for (int f = 0; f < schema.features().size(); f++) {
      int rows = tables.get(schema.features().get(f).table()).rows();
      for (int s = 0; s < samples; s++) {
        batch.indices(f)[s] = random.nextInt(random.nextBoolean() ? rows : Math.min(rows, 8));
      }
    }
    batch.samples(samples);
    return batch;
  }
}
