package dev.farsight.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.sharding.ShardingPlan;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RingSizesTest {

  private static EngineSettings settings(String... sets) {
    return EngineSettings.of(
        Settings.of(
            "farsight",
            FarsightConfig.defaults()
                .set(List.of(sets))
                .resolve(List.of(RingSizesTest.class.getClassLoader()))));
  }

  private static BatchSchema schema(int tables, int rows) {
    return new BatchSchema(
        1,
        new TableSet(IntStream.range(0, tables).mapToObj(t -> new Table("C" + t, rows)).toList()),
        true,
        false);
  }

  /** Whatever the width of a row, a ring has room for the largest possible plan. */
  @ParameterizedTest
  @CsvSource({
    "16, 4096, 26, 1",
    "128, 65536, 26, 9",
    "1024, 65536, 26, 2",
    "1024, 262144, 26, 40",
    "4096, 1048576, 26, 1",
    "4096, 16, 1000, 1000"
  })
  void defaultRingsHaveRoomForTheLargestPlan(int dim, int batch, int tables, int planned) {
    EngineSettings settings =
        settings(
            "model.embedding-dim=" + dim,
            "data.batch-size=" + batch,
            "lookahead.planned=" + planned,
            "cache.regions=64",
            "cache.size=\"50%\"");
    Shapes shapes = shapes(settings, schema(tables, 2_000_000));
    int largestPlan = Math.min(batch * tables, shapes.ranks().get(0).slots());
    assertThat(shapes.ranks().get(0).inRows()).isGreaterThanOrEqualTo(largestPlan);
    assertThat(shapes.ranks().get(0).outRows()).isGreaterThanOrEqualTo(largestPlan);
  }

  @Test
  void aPlanThatFitsNoRingIsRefusedWithTheSettingsToChange() {
    EngineSettings settings =
        settings("data.batch-size=16777216", "cache.regions=64", "cache.size=\"90%\"");
    assertThatThrownBy(() -> shapes(settings, schema(26, 20_000_000)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.data.batch-size")
        .hasMessageContaining("436207616 rows")
        .hasMessageContaining("cache.size");
    assertThatThrownBy(() -> shapes(settings, schema(200, 20_000_000)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.data.batch-size")
        .hasMessageContaining("3355443200 lookups");
  }

  private static Shapes shapes(EngineSettings settings, BatchSchema schema) {
    return Shapes.of(settings, schema, ShardingPlan.ofOneDevice(schema.tables()));
  }
}
