package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.cache.CacheTooSmallException;
import dev.farsight.testkit.cache.NaiveLru;
import dev.farsight.testkit.cache.RowBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Slots reserved for single tables, and the counters by table in the report. */
class TableSlotsTest {

  private static final List<Integer> ROWS = List.of(3, 50, 400, 2000, 9000);
  private static final List<String> SUMS =
      List.of(
          "lookups",
          "hits",
          "unique_rows",
          "unique_hits",
          "loaded_rows",
          "forwarded_rows",
          "evicted_rows");

  @TempDir Path folder;

  private TestRun run(String... sets) {
    return new TestRun(folder).set("data.synthetic.cardinalities=" + ROWS).set(sets);
  }

  private Config cacheOf(String... sets) {
    return run(sets).train().json().getConfig("cache");
  }

  @ParameterizedTest
  @CsvSource({"lfu, 1, 10%", "lookahead, 3, 10%", "lru, 1, all"})
  void countersOfTablesAddUpToThoseOfTheCache(String policy, int regions, String size) {
    Config cache =
        cacheOf(
            "cache.policy=" + policy, "cache.regions=" + regions, "cache.size=\"" + size + "\"");
    Config tables = cache.getConfig("tables");
    assertThat(tables.root().keySet()).hasSize(ROWS.size());
    for (String sum : SUMS) {
      long all = 0;
      for (String table : tables.root().keySet()) {
        all += tables.getLong(table + "." + sum);
      }
      assertThat(all).as(sum).isEqualTo(cache.getLong(sum));
    }
  }

  /**
   * A table with its own slots is a separate cache. The counters must equal those of a naive LRU
   * cache.
   */
  @Test
  void eachTableWithItsOwnSlotsIsASeparateCache() {
    int[] slots = {3, 50, 80, 100, 120};
    var sets = new String[slots.length];
    for (int t = 0; t < slots.length; t++) {
      sets[t] = "cache.tables.C%d.size=\"%d rows\"".formatted(t + 1, slots[t]);
    }
    TestRun run =
        run("cache.policy=lru", "cache.size=\"353 rows\"", "train.max-steps=200").set(sets);
    Config cache = run.train().json().getConfig("cache");
    assertThat(cache.getInt("slots")).isEqualTo(353);
    long[][] expected = naiveLru(run.config(), slots, 200);
    for (int t = 0; t < slots.length; t++) {
      Config table = cache.getConfig("tables.C" + (t + 1));
      assertThat(table.getLong("lookups")).isEqualTo(200 * 37);
      assertThat(table.getLong("unique_rows")).isEqualTo(expected[t][0]);
      assertThat(table.getLong("unique_hits")).isEqualTo(expected[t][1]);
      assertThat(table.getLong("hits")).isEqualTo(expected[t][2]);
      long arrivedRows = table.getLong("loaded_rows") + table.getLong("forwarded_rows");
      assertThat(arrivedRows).isEqualTo(expected[t][0] - expected[t][1]);
      assertThat(table.getLong("evicted_rows")).isEqualTo(arrivedRows - expected[t][3]);
    }
  }

  /** Each region numbers its rows; with as many regions, a byte would not hold their numbers. */
  @ParameterizedTest
  @CsvSource({"lru, 1, 200", "lookahead, 3, 129", "lfu, 64, 90"})
  void manyTablesMayHaveSlotsOfTheirOwn(String policy, int shared, int tables) {
    String rows = Collections.nCopies(200, 20).toString();
    List<String> sets = new ArrayList<>();
    for (int t = 0; t < tables; t++) {
      sets.add("cache.tables.C%d.size=\"%d rows\"".formatted(t + 1, 5 + t % 3));
    }
    String[] own = sets.toArray(String[]::new);
    Supplier<TestRun> small =
        () ->
            run("data.synthetic.cardinalities=" + rows, "data.batch-size=4")
                .set("train.max-steps=40", "data.synthetic.rows=300");
    Config whole = small.get().set("cache.size=all").train().json();
    Config report =
        small
            .get()
            .set("cache.policy=" + policy, "cache.regions=" + shared, "cache.size=\"75%\"")
            .set(own)
            .train()
            .json();
    assertThat(report.getLong("cache.evicted_rows")).isPositive();
    assertThat(report.getString("loss_sha256")).isEqualTo(whole.getString("loss_sha256"));
    assertThat(report.getString("weights_sha256")).isEqualTo(whole.getString("weights_sha256"));
  }

  /**
   * For each table: unique rows, unique rows that hit, lookups that hit, rows in the cache at the
   * end.
   */
  private static long[][] naiveLru(Config farsight, int[] slots, int batches) {
    var data = Settings.of("farsight.data", farsight.getConfig("data"));
    var context = new DataContext(data, data.section("synthetic"), 37, 5, 1);
    var counts = new long[slots.length][4];
    var caches = Arrays.stream(slots).mapToObj(NaiveLru::new).toList();
    try (DataSource source = TestRun.builtIn().sources().get("synthetic").open(context);
        BatchSource pass = source.train(0)) {
      var batch = new Batch(source.schema(), 37, HostBuffers.plain());
      for (int b = 0; b < batches && pass.next(batch); b++) {
        for (int t = 0; t < slots.length; t++) {
          var before = caches.get(t).rows();
          long[] lookups =
              Arrays.stream(batch.indices(t), 0, batch.samples()).asLongStream().toArray();
          long[] unique = Arrays.stream(lookups).distinct().toArray();
          counts[t][0] += unique.length;
          counts[t][1] += caches.get(t).run(RowBatch.training(unique));
          counts[t][2] += Arrays.stream(lookups).filter(before::contains).count();
        }
      }
    }
    for (int t = 0; t < slots.length; t++) {
      counts[t][3] = caches.get(t).rows().size();
    }
    return counts;
  }

  @Test
  void aTableWithAllRowsResidentIsReadOnce() {
    Config cache = cacheOf("cache.size=\"20%\"", "cache.tables.C4.size=all");
    Config table = cache.getConfig("tables.C4");
    assertThat(table.getLong("evicted_rows")).isZero();
    assertThat(table.getLong("loaded_rows")).isBetween(100L, 2000L);
    assertThat(cache.getLong("evicted_rows")).as("by the others").isPositive();
    assertThat(cache.getInt("slots")).as("in all, as cache.size says").isEqualTo(2291);
  }

  @Test
  void slotsOfTablesChangeNoWeights() {
    Config shared = run("cache.size=\"20%\"").train().json();
    Config withOwnSlots =
        run("cache.size=\"20%\"", "cache.tables.C5.size=\"10%\"", "cache.tables.C3.size=\"7 KiB\"")
            .train()
            .json();
    assertThat(withOwnSlots.getString("weights_sha256"))
        .isEqualTo(shared.getString("weights_sha256"));
    assertThat(withOwnSlots.getString("loss_sha256")).isEqualTo(shared.getString("loss_sha256"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cache.tables.C33.size=all | cache.tables.C33.size: 'all' is set for a table that the data does not have; did you mean C3? (available: C1, C2, C3, C4, C5)",
        "cache.tables.C5.size=all | cache.size: '20%' gives 2291 slots; cache.tables takes 9000 of them for C5",
        "cache.tables.C5.size=2241 rows; cache.tables.C2.size=all | cache.size: '20%' gives 2291 slots; cache.tables takes 2291 of them for C2, C5, which leaves none for the other tables",
        "cache.tables.C5.size=many | cache.tables.C5.size: 'many' is not a cache size",
        "cache.tables.C5.sise=all | unknown key farsight.cache.tables.C5.sise; did you mean farsight.cache.tables.C5.size?",
      })
  void wrongSizesAreNamed(String sets, String complaint) {
    assertThatThrownBy(() -> run("cache.size=\"20%\"").set(sets.split("; ")).train())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void aTableTooSmallForABatchIsNamedWithWhatItNeeds() {
    assertThatThrownBy(() -> run("cache.size=\"20%\"", "cache.tables.C4.size=\"5 rows\"").train())
        .isInstanceOf(CacheTooSmallException.class)
        .hasMessageContaining("for table C4, which has 5 slots; set cache.tables.C4.size to");
    assertThatThrownBy(() -> run("cache.size=\"2010 rows\"", "cache.tables.C4.size=all").train())
        .isInstanceOf(CacheTooSmallException.class)
        .hasMessageContaining("for the cache, which has 10 slots; set cache.size to \"21");
  }
}
