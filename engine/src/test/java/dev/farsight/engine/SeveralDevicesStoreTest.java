package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several ranks call one store at the same time, with rows that leave caches in every step, a tier
 * of memory that fetches early, and checkpoints that save old rows: no row is lost or mixed up.
 */
class SeveralDevicesStoreTest {

  @TempDir Path folder;

  private TestRun run(int devices) {
    return new TestRun(folder)
        .set(
            "data.batch-size=36",
            "data.synthetic.rows=4010",
            "compute.nd4j-native.devices=" + devices,
            "optimizer.type=rowwise-adagrad");
  }

  private void rounds(String kind, long firstSeed, int rounds) {
    String sharding = "sharding.default=" + kind;
    for (int devices = 2; devices <= 3; devices++) {
      String expected = TestRun.digests(run(devices).set("cache.size=all", sharding).train());
      for (long seed = firstSeed; seed < firstSeed + rounds; seed++) {
        var random = new Random(seed);
        TestRun run =
            run(devices)
                .set(
                    sharding,
                    "storage.backend=ssd",
                    "storage.ssd.ram-cache=\"" + (2 + random.nextInt(20)) + "%\"",
                    "storage.ssd.ram-threads=" + (1 + random.nextInt(3)),
                    "storage.threads=" + (1 + random.nextInt(6)),
                    "cache.size=\"" + (5 + random.nextInt(10)) + "%\"",
                    "cache.policy=" + (random.nextBoolean() ? "lru" : "lookahead"),
                    "lookahead.planned=" + (1 + random.nextInt(4)),
                    "checkpoint.every=" + (5 + random.nextInt(20)) + " steps",
                    "checkpoint.directory=" + folder.resolve(kind + devices + "-" + seed));
        Report report = run.train();
        assertThat(TestRun.digests(report)).as("seed %d: %s", seed, run).isEqualTo(expected);
        assertThat(report.json().getLong("cache.evicted_rows")).isPositive();
      }
    }
  }

  @Test
  void rowsAreThoseOfARunWithoutMoves() {
    rounds("row", 1, 2);
  }

  /** All ranks read and write all rows, each its columns and the state of the row as a whole. */
  @Test
  void columnsOfAllRanksAreThoseOfARunWithoutMoves() {
    rounds("column", 11, 2);
  }

  @Tag("nightly")
  @Test
  void rowsAreThoseOfARunWithoutMovesInManyRounds() {
    rounds("row", 100, 40);
    rounds("column", 200, 40);
  }
}
