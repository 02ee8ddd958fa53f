package dev.farsight.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.CacheNeed;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.settings.EngineSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Regions that are not set, reckoned by hand: one feature looks up a row a sample. */
class RegionCountTest {

  private static final ClassLoader LOADER = RegionCountTest.class.getClassLoader();

  /**
   * Of 8 threads, 2 find rows, 1 orders lookups, and 5 plan. Five regions of 65,536 rows need 5 *
   * (13,107.2 + 8 * 114.5 + 64) slots, four 4 * (16,384 + 8 * 128 + 64).
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cache.regions=3;lookahead.threads=8 | 100 | 10 | 1 | false | 3
          lookahead.threads=8 | 65536 | 1000000 | 1 | false | 5
          lookahead.threads=8 | 65536 | 70440 | 1 | false | 5
          lookahead.threads=8 | 65536 | 70439 | 1 | false | 4
          lookahead.threads=8 | 65536 | 69887 | 1 | false | 3
          lookahead.threads=8 | 65536 | 65536 | 1 | false | 1
          lookahead.threads=8 | 16383 | 1000000 | 1 | false | 1
          lookahead.threads=8 | 16384 | 1000000 | 1 | false | 2
          lookahead.threads=1 | 65536 | 1000000 | 1 | false | 1
          lookahead.threads=4 | 65536 | 1000000 | 1 | false | 2
          lookahead.threads=16 | 65536 | 1000000 | 2 | false | 4
          lookahead.threads=16 | 65536 | 1000000 | 2 | true | 5
          lookahead.threads=8;sharding.processes=2 | 65536 | 1000000 | 2 | false | 1
          """)
  void asManyAsPlanSideBySide(
      String sets, int batch, long slots, int ranks, boolean columns, int regions) {
    assertThat(count(sets, batch, slots, ranks, columns)).isEqualTo(regions);
  }

  private static int count(String sets, int batch, long slots, int ranks, boolean columns) {
    var farsight =
        Settings.of(
            "farsight",
            FarsightConfig.defaults().set(List.of(sets.split(";"))).resolve(List.of(LOADER)));
    var tables = new TableSet(List.of(new Table("a", 10_000_000)));
    var schema = new BatchSchema(1, tables, Set.of(BatchSchema.Column.LABEL));
    var need = new CacheNeed(schema, batch);
    return RegionCount.of(EngineSettings.of(farsight), need, Map.of(), slots, ranks, columns);
  }

  @Test
  void rowsAreDividedIntoNoMoreThanTheirShards() {
    assertThat(count("cache.regions=64", 65536, 9_000_000, 16, false)).isEqualTo(64);
    assertThat(count("cache.regions=64", 65536, 9_000_000, 32, true)).isEqualTo(64);
    assertThatThrownBy(() -> count("cache.regions=64", 65536, 9_000_000, 32, false))
        .isInstanceOf(FarsightException.class)
        .hasMessage(
            "cache.regions = 64: with 32 devices that divide the rows, at most 32 are possible");
  }
}
