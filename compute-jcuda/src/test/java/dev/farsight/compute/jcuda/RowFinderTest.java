package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.FoundRows;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowGroups;
import dev.farsight.testkit.compute.NaiveRowFinder;
import dev.farsight.testkit.compute.RandomBatches;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The unique rows that the device finds, against {@link NaiveRowFinder}. Needs a GPU. */
class RowFinderTest {

  private static StepSpec spec(BatchSchema schema, int batchSize) {
    int unique = 0;
    for (var table : schema.tables().tables()) {
      unique += Math.min(table.rows(), batchSize);
    }
    var sgd = OptimizerSpec.of(OptimizerSpec.Kind.SGD);
    return new StepSpec(schema, batchSize, unique, RowFormat.of(4, 0), sgd);
  }

  /** So many shares, and the third table a group of its own where there are several. */
  static RowGroups groups(StepSpec spec, int shares) {
    var own = new int[spec.schema().tables().size()];
    Arrays.fill(own, RowGroups.SHARED);
    own[2] = shares == 1 ? RowGroups.SHARED : shares;
    return new RowGroups(spec.schema().tables(), shares, own);
  }

  /**
   * Several batches under way at once, full and shorter, of uniform lookups, skewed ones, and
   * nearly all of one row.
   */
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
  void findsWhatTheHostWould(int batchSize, int skew, int shares) {
    long seed = 31L * batchSize + 7L * skew + shares;
    var random = new Random(seed);
    var schema = RandomBatches.schema(0, 1, 3, 40, 700, 30_000, Integer.MAX_VALUE, 16_384);
    StepSpec spec = spec(schema, batchSize);
    RowGroups groups = groups(spec, shares);
    try (var backend = JcudaBackends.open(Precision.FP32);
        var memory = backend.memory();
        var buffers = backend.buffers();
        var expected = new NaiveRowFinder(groups, spec.maxUniqueRows());
        var finder = new JcudaRowFinder(backend, spec, groups, memory)) {
      assertThat(JcudaRowFinder.fits(spec, groups, backend.device())).isTrue();
      var batch = new Batch(schema, batchSize, buffers);
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
          draw(batch, samples, skew, random);
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
          var there = new int[uniqueOf.get(r).length];
          check(
              "cuMemcpyDtoH",
              JCudaDriver.cuMemcpyDtoH(
                  Pointer.to(there), Device.at(finder.uniqueOf(rooms.get(r))), 4L * there.length));
          assertThat(there)
              .as("seed %d, batch %d of round %d", seed, r, round)
              .isEqualTo(uniqueOf.get(r));
        }
      }
    }
  }

  @Test
  void aBatchThatABlockHasNoRoomForIsLeftToTheHost() {
    try (var backend = JcudaBackends.open(Precision.FP32)) {
      var schema = RandomBatches.schema(0, 1, 3, 40);
      StepSpec large = spec(schema, 65_536);
      assertThat(JcudaRowFinder.fits(large, RowGroups.one(schema.tables()), backend.device()))
          .isFalse();
    }
  }

  /** The higher the skew, the more lookups are of a table's first rows. */
  private static void draw(Batch batch, int samples, int skew, Random random) {
    batch.samples(samples);
    for (int t = 0; t < batch.schema().tables().size(); t++) {
      int rows = batch.schema().tables().get(t).rows();
      for (int s = 0; s < samples; s++) {
        batch.indices(t)[s] = (int) (rows * Math.pow(random.nextDouble(), skew));
      }
    }
  }
}
