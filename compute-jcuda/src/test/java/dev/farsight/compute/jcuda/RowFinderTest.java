package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.FoundRows;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.table.RowGroups;
import dev.farsight.testkit.compute.NaiveRowFinder;
import dev.farsight.testkit.compute.RandomBatches;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The unique rows that the device finds, against {@link NaiveRowFinder}. Needs a GPU. */
class RowFinderTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "2, 1, 3",
    "31, 1, 1",
    "33, 6, 2",
    "1000, 1, 5",
    "1024, 6, 1",
    "1025, 6, 64",
    "16384, 1, 1",
    "16384, 1, 5",
    "16384, 6, 8",
    "16384, 200, 200",
  })
  void blocksFindWhatTheHostWould(int batchSize, int skew, int shares) {
    var schema = RandomBatches.schema(0, 1, 3, 40, 700, 30_000, Integer.MAX_VALUE, 16_384);
    compare(SkewedBatches.spec(schema, batchSize), skew, shares, true);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1",
    "1, 100, 1, 3",
    "2, 3, 1, 1",
    "33, 100, 6, 2",
    "255, 1, 1, 5",
    "1000, 9, 1, 1",
    "1000, 9, 6, 300",
    "1024, 100, 200, 64",
    "2048, 30, 1, 8",
    "4100, 20, 6, 5",
  })
  void bagsAndSharedTablesAreFoundToo(int batchSize, int hotness, int skew, int shares) {
    var schema = SkewedBatches.bags(hotness);
    compare(SkewedBatches.spec(schema, batchSize), skew, shares, false);
  }

  @ParameterizedTest
  @CsvSource({"65536, 1, 5", "65536, 6, 1", "40000, 200, 3"})
  void batchesThatABlockHasNoRoomForAreFoundToo(int batchSize, int skew, int shares) {
    var schema = RandomBatches.schema(0, 1, 30_000, Integer.MAX_VALUE);
    compare(SkewedBatches.spec(schema, batchSize), skew, shares, false);
  }

  /** Several batches under way at once, full and shorter. */
  private static void compare(StepSpec spec, int skew, int shares, boolean byBlocks) {
    int batchSize = spec.batchSize();
    long seed = 31L * batchSize + 7L * skew + shares;
    var random = new Random(seed);
    RowGroups groups = SkewedBatches.groups(spec, shares);
    try (var backend = JcudaBackends.open(Precision.FP32);
        var memory = backend.memory();
        var buffers = backend.buffers();
        var expected = new NaiveRowFinder(groups, spec.maxUniqueRows());
        var finder = new JcudaRowFinder(backend, spec, groups, memory)) {
      assertThat(BlockForEachTable.finds(spec, groups, backend.device().sharedBytes()))
          .isEqualTo(byBlocks);
      var batch = new Batch(spec.schema(), batchSize, buffers);
      List<FoundRows> rooms = new ArrayList<>();
      for (int r = 0; r < 4; r++) {
        rooms.add(finder.room());
      }
      FoundRows naive = expected.room();
      for (int round = 0; round < 2; round++) {
        List<Ticket> tickets = new ArrayList<>();
        List<List<List<? extends Number>>> right = new ArrayList<>();
        List<int[]> uniqueOf = new ArrayList<>();
        for (int samples : List.of(batchSize, 1 + random.nextInt(batchSize), 1, batchSize)) {
          if (tickets.isEmpty()) {
            SkewedBatches.drawFull(batch, samples, skew, random);
          } else {
            SkewedBatches.draw(batch, samples, skew, random);
          }
          tickets.add(finder.find(batch, rooms.get(tickets.size())));
          expected.find(batch, naive).await();
          right.add(NaiveRowFinder.contents(naive));
          uniqueOf.add(expected.uniqueOf(naive));
        }
        for (int r = 0; r < rooms.size(); r++) {
          tickets.get(r).await();
          assertThat(NaiveRowFinder.contents(rooms.get(r)))
              .as("seed %d, batch %d of round %d", seed, r, round)
              .isEqualTo(right.get(r));
          assertThat(uniqueOf(finder, rooms.get(r), uniqueOf.get(r).length))
              .as("seed %d, batch %d of round %d", seed, r, round)
              .isEqualTo(uniqueOf.get(r));
        }
      }
    }
  }

  private static int[] uniqueOf(JcudaRowFinder finder, FoundRows rows, int lookups) {
    var there = new int[lookups];
    check(
        "cuMemcpyDtoH",
        JCudaDriver.cuMemcpyDtoH(
            Pointer.to(there), Device.at(finder.uniqueOf(rows)), 4L * there.length));
    return there;
  }

  /** A feature whose bags may all be empty in a batch, and then are. */
  @Test
  void aBatchWithoutLookupsHasNoRows() {
    var tables = RandomBatches.schema(0, 10, 20, 30).tables();
    var schema =
        new BatchSchema(
            0,
            tables,
            List.of(
                Feature.bag("a", 1, 4, Pooling.SUM),
                Feature.bag("b", 0, 4, Pooling.SUM),
                Feature.bag("c", 2, 4, Pooling.SUM)),
            EnumSet.noneOf(BatchSchema.Column.class));
    StepSpec spec = SkewedBatches.spec(schema, 100);
    RowGroups groups = SkewedBatches.groups(spec, 3);
    try (var backend = JcudaBackends.open(Precision.FP32);
        var memory = backend.memory();
        var buffers = backend.buffers();
        var finder = new JcudaRowFinder(backend, spec, groups, memory)) {
      var batch = new Batch(schema, 100, buffers);
      FoundRows room = finder.room();
      SkewedBatches.drawFull(batch, 100, 1, new Random(1));
      finder.find(batch, room).await();
      assertThat(room.count()).isGreaterThan(50);
      for (int f = 0; f < 3; f++) {
        Arrays.fill(batch.offsets(f), 0, 51, 0);
      }
      batch.samples(50);
      finder.find(batch, room).await();
      assertThat(room.count()).isZero();
      for (int g = 0; g <= groups.count(); g++) {
        assertThat(room.groupStarts().get(g)).as("start of group %d", g).isZero();
      }
    }
  }

  /** More than 6 million lookups, most of them of rows that are looked up once or twice. */
  @Test
  void aLargeBatchIsFound() {
    var tables = RandomBatches.schema(0, 1, Integer.MAX_VALUE, 50_000).tables();
    var schema =
        new BatchSchema(
            0,
            tables,
            List.of(
                Feature.bag("hot", 1, 100, Pooling.SUM),
                new Feature("one", 2),
                Feature.bag("same", 0, 3, Pooling.SUM),
                Feature.bag("shared", 2, 2, Pooling.MEAN)),
            EnumSet.noneOf(BatchSchema.Column.class));
    StepSpec spec = SkewedBatches.spec(schema, 65_536);
    RowGroups groups = SkewedBatches.groups(spec, 5);
    try (var backend = JcudaBackends.open(Precision.FP32);
        var memory = backend.memory();
        var buffers = backend.buffers();
        var finder = new JcudaRowFinder(backend, spec, groups, memory)) {
      var batch = new Batch(schema, 65_536, buffers);
      FoundRows room = finder.room();
      SkewedBatches.drawFull(batch, 65_536, 4, new Random(5));
      var expected = new RowsOfArrays(batch);
      for (int round = 0; round < 2; round++) {
        finder.find(batch, room).await();
        int count = expected.count();
        assertThat(room.count()).isEqualTo(count).isGreaterThan(3_000_000);
        assertThat(ints(room.tableStarts(), 4)).isEqualTo(expected.tableStarts());
        assertThat(longs(room.rows(), count)).isEqualTo(expected.rows());
        assertThat(ints(room.occurrences(), count)).isEqualTo(expected.occurrences());
        assertThat(uniqueOf(finder, room, batch.lookups())).isEqualTo(expected.uniqueOf());
        checkGroups(groups, room, expected);
      }
    }
  }

  private static void checkGroups(RowGroups groups, FoundRows room, RowsOfArrays expected) {
    int place = 0;
    for (int g = 0; g < groups.count(); g++) {
      assertThat(room.groupStarts().get(g)).isEqualTo(place);
      for (int u = 0; u < expected.count(); u++) {
        if (groups.of(expected.rows()[u]) == g) {
          boolean right =
              room.groupNumbers().get(place) == u
                  && room.groupPositions().get(u) == place
                  && room.groupRows().get(place) == expected.rows()[u]
                  && room.groupOccurrences().get(place) == expected.occurrences()[u];
          assertThat(right).as("unique row %d, place %d", u, place).isTrue();
          place++;
        }
      }
    }
    assertThat(room.groupStarts().get(groups.count())).isEqualTo(place);
  }

  private static int[] ints(IntBuffer from, int count) {
    var values = new int[count];
    from.get(0, values);
    return values;
  }

  private static long[] longs(LongBuffer from, int count) {
    var values = new long[count];
    from.get(0, values);
    return values;
  }
}
