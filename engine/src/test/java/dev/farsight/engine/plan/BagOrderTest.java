package dev.farsight.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.BagExchange;
import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.compute.SummedBags;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RowOwners;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.cache.Sharding.Placement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The lookups that ranks add up for each other, against those of their batches. */
class BagOrderTest {

  private static final int RANKS = 3;
  private static final int SAMPLES = 40;
  private static final TableSet TABLES =
      new TableSet(
          List.of(
              new Table("a", 30),
              new Table("b", 900),
              new Table("c", 70),
              new Table("d", 5),
              new Table("e", 400)));
  private static final BatchSchema SCHEMA =
      new BatchSchema(
          0,
          TABLES,
          List.of(
              Feature.bag("a", 0, 3, Pooling.SUM),
              Feature.bag("b", 1, 6, Pooling.MEAN).withWeights(),
              new Feature("c", 2),
              new Feature("b2", 1),
              new Feature("d", 3),
              Feature.bag("e", 4, 5, Pooling.SUM),
              Feature.bag("b3", 1, 2, Pooling.SUM)),
          Set.of());

  /** All rows on one rank, or a share on each; c and d exchange rows, d is replicated. */
  private static final List<Placement> PLACEMENTS =
      List.of(
          Placement.on(1).withSums(),
          Placement.ROW.withSums(),
          Placement.ROW,
          Placement.REPLICATED,
          Placement.on(2).withSums());

  private static final List<Integer> OWNERS =
      List.of(
          1,
          SummedBags.ALL_RANKS,
          SummedBags.ROWS,
          SummedBags.ALL_RANKS,
          SummedBags.ROWS,
          2,
          SummedBags.ALL_RANKS);

  private final RowOwners owners = RowOwners.of(new Sharding(RANKS, PLACEMENTS), TABLES, 0);
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  private static ExchangeShape shape(int maxLookups) {
    var sums = new SummedBags(OWNERS, 2000, maxLookups);
    return new ExchangeShape(RANKS, 700, 2000, 2000, 2000, false, sums);
  }

  /** A batch of all ranks, through all that prepares its exchange. */
  private final class Step {

    final Batch[] batches = new Batch[RANKS];
    final UniqueRows[] unique = new UniqueRows[RANKS];
    final OwnedRows[] owned = new OwnedRows[RANKS];
    final RowExchange[] exchanges = new RowExchange[RANKS];

    Step(int round, ExchangeShape shape, Workers workers) {
      var deduper = new Deduper(SCHEMA, SAMPLES, owners.groups(), workers);
      for (int rank = 0; rank < RANKS; rank++) {
        batches[rank] = batch(rank == round % 4 ? 0 : 1 + random.nextInt(SAMPLES));
        unique[rank] = deduper.newRows();
        deduper.find(batches[rank], RowRequest.Use.TRAIN, true, unique[rank]);
      }
      for (int rank = 0; rank < RANKS; rank++) {
        var merge = new RowMerge(owners, shape, rank, true, workers);
        owned[rank] = merge.newRows();
        merge.merge(RowMergeTest.asked(batches, unique), RowRequest.Use.TRAIN, true, owned[rank]);
      }
      for (int rank = 0; rank < RANKS; rank++) {
        exchanges[rank] = RowExchange.of(shape, SCHEMA, SAMPLES, HostBuffers.plain());
        owned[rank].writeTo(exchanges[rank], (from, to, target) -> {}, workers);
        new BagOrder(SCHEMA, shape, rank, workers).write(batches, unique, owned, exchanges[rank]);
      }
    }
  }

  @Test
  void ownersKnowAllLookupsOfTheirRowsInTheOrderOfBags() {
    try (var workers = new Workers("test", 2)) {
      for (int round = 0; round < 40; round++) {
        var step = new Step(round, shape(10_000), workers);
        for (int rank = 0; rank < RANKS; rank++) {
          String what = "seed %d, round %d, rank %d".formatted(seed, round, rank);
          checkBags(what, rank, step);
          checkRows(what, step.exchanges[rank]);
          checkAsked(what, rank, step);
          checkSent(what, rank, step);
        }
      }
    }
  }

  private void checkBags(String what, int rank, Step step) {
    RowExchange exchange = step.exchanges[rank];
    BagExchange bags = exchange.bags();
    int bag = 0;
    int k = 0;
    for (int p = 0; p < RANKS; p++) {
      assertThat(bags.samples(p)).as(what).isEqualTo(step.batches[p].samples());
      for (int f = 0; f < OWNERS.size(); f++) {
        if (OWNERS.get(f) != rank && OWNERS.get(f) != SummedBags.ALL_RANKS) {
          continue;
        }
        for (int s = 0; s < step.batches[p].samples(); s++) {
          assertThat(bags.bagStarts().get(bag)).as(what).isEqualTo(k);
          for (Lookup lookup : lookups(step.batches[p], f, s)) {
            if (owners.rankOf(lookup.row) == rank) {
              int o = bags.lookupRows().get(k);
              assertThat(exchange.ownedIds()[o]).as(what).isEqualTo(lookup.row);
              assertThat(bags.lookupBags().get(k)).as(what).isEqualTo(bag);
              assertThat(bags.lookupWeights().get(k)).as(what).isEqualTo(lookup.weight);
              k++;
            }
          }
          bag++;
        }
      }
    }
    assertThat(bags.bagStarts().get(bag)).as(what).isEqualTo(k);
    assertThat(bags.ownedStarts().get(exchange.ownedRows())).as(what).isEqualTo(k);
  }

  private record Lookup(long row, float weight) {}

  private static List<Lookup> lookups(Batch batch, int feature, int sample) {
    int[] offsets = batch.offsets(feature);
    var weights = batch.lookupWeights(feature);
    var lookups = new ArrayList<Lookup>();
    int end = offsets == null ? sample + 1 : offsets[sample + 1];
    for (int l = offsets == null ? sample : offsets[sample]; l < end; l++) {
      int table = SCHEMA.features().get(feature).table();
      long row = TABLES.rowId(table, batch.indices(feature)[l]);
      lookups.add(new Lookup(row, weights == null ? 1 : weights.get(l)));
    }
    return lookups;
  }

  /** Each row has its lookups in their order, or gradients that arrive, and never both. */
  private void checkRows(String what, RowExchange exchange) {
    BagExchange bags = exchange.bags();
    Map<Integer, List<Integer>> expected = new HashMap<>();
    int lookups = bags.ownedStarts().get(exchange.ownedRows());
    for (int k = 0; k < lookups; k++) {
      expected.computeIfAbsent(bags.lookupRows().get(k), o -> new ArrayList<>()).add(k);
    }
    for (int o = 0; o < exchange.ownedRows(); o++) {
      var actual = new ArrayList<Integer>();
      for (int j = bags.ownedStarts().get(o); j < bags.ownedStarts().get(o + 1); j++) {
        actual.add(bags.ownedLookups().get(j));
      }
      boolean sums = PLACEMENTS.get(TABLES.tableOf(exchange.ownedIds()[o])).sums();
      int gradients = exchange.gradientStarts().get(o + 1) - exchange.gradientStarts().get(o);
      assertThat(gradients > 0).as(what).isNotEqualTo(sums);
      assertThat(actual).as(what).isEqualTo(expected.getOrDefault(o, List.of()));
      assertThat(actual.isEmpty()).as(what).isNotEqualTo(sums);
    }
  }

  /** What a rank says of a row is understood by the row's owner. */
  private void checkAsked(String what, int rank, Step step) {
    RowRequest request = step.unique[rank].request();
    BagExchange own = step.exchanges[rank].bags();
    var positions = new boolean[request.count()];
    for (int u = 0; u < request.count(); u++) {
      long row = request.rows()[u];
      int arrival = step.owned[rank].arrivals()[u];
      assertThat(positions[arrival]).as(what).isFalse();
      positions[arrival] = true;
      boolean sums = PLACEMENTS.get(TABLES.tableOf(row)).sums();
      assertThat(arrival >= step.exchanges[rank].arrivedRows()).as(what).isEqualTo(sums);
      if (sums) {
        int owner = owners.rankOf(row);
        assertThat(arrival).isBetween(own.askedStarts()[owner], own.askedStarts()[owner + 1] - 1);
        RowExchange at = step.exchanges[owner];
        int m = at.bags().rowStarts()[rank] + arrival - own.askedStarts()[owner];
        assertThat(at.ownedIds()[at.bags().rows().get(m)]).as(what).isEqualTo(row);
      }
    }
  }

  /** Only rows of the other tables are sent. */
  private void checkSent(String what, int rank, Step step) {
    RowExchange exchange = step.exchanges[rank];
    int kept = exchange.gatherStarts()[rank + 1] - exchange.gatherStarts()[rank];
    for (int k = 0; k < exchange.sentRows() + kept; k++) {
      long row = exchange.ownedIds()[exchange.sendRows().get(k)];
      assertThat(TABLES.tableOf(row)).as(what).isEqualTo(k < exchange.sentRows() ? 2 : 3);
    }
  }

  @Test
  void moreLookupsThanThereIsRoomForAreTold() {
    try (var workers = new Workers("test", 1)) {
      assertThatThrownBy(() -> new Step(3, shape(5), workers))
          .isInstanceOf(FarsightException.class)
          .hasMessageContaining("there is room for 5: a few rows have most lookups");
    }
  }

  private Batch batch(int samples) {
    var batch = new Batch(SCHEMA, SAMPLES, HostBuffers.plain());
    for (int f = 0; f < OWNERS.size(); f++) {
      Feature feature = SCHEMA.features().get(f);
      int rows = TABLES.get(feature.table()).rows();
      int lookup = 0;
      for (int s = 0; s < samples; s++) {
        int length = feature.oneHot() ? 1 : random.nextInt(feature.maxLookups() + 1);
        for (int i = 0; i < length; i++, lookup++) {
          batch.indices(f)[lookup] = random.nextInt(random.nextBoolean() ? rows : 5);
          if (feature.weighted()) {
            batch.lookupWeights(f).put(lookup, random.nextFloat());
          }
        }
        if (batch.offsets(f) != null) {
          batch.offsets(f)[s + 1] = lookup;
        }
      }
    }
    batch.samples(samples);
    return batch;
  }
}
