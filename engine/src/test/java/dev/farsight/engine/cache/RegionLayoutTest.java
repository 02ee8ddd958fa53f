package dev.farsight.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RegionLayoutTest {

  private static final TableSet TABLES =
      new TableSet(List.of(new Table("a", 1000), new Table("b", 2_000_000_000)));

  @Test
  void everyRowHasOneRegionAndSharesAreEven() {
    var layout = new RegionLayout(TABLES, 1001, 4, Map.of("a", 10L));
    assertThat(layout.parts().stream().map(RegionLayout.Part::slots))
        .containsExactly(251, 250, 250, 250, 10);
    assertThat(layout.slots()).isEqualTo(1011);
    int[] rows = new int[5];
    for (int i = 0; i < 1000; i++) {
      assertThat(layout.regionOf(TABLES.rowId(0, i))).isEqualTo(4);
      rows[layout.regionOf(TABLES.rowId(1, i * 7919))]++;
    }
    for (int r = 0; r < 4; r++) {
      assertThat(rows[r]).isBetween(180, 320);
    }
  }

  @Test
  void ifAllTablesHaveTheirOwnSlotsThereIsNoSharedRegion() {
    var layout = new RegionLayout(TABLES, 500, 3, Map.of("a", 5000L, "b", 20L));
    assertThat(layout.parts().stream().map(RegionLayout.Part::slots)).containsExactly(1000, 20);
    assertThat(layout.regionOf(TABLES.rowId(1, 5))).isEqualTo(1);
  }

  @Test
  void aRegionThatIsTooLargeReportsHowManyRegionsAreNeeded() {
    assertThatThrownBy(() -> new RegionLayout(TABLES, 1_500_000_000, 1, Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("set farsight.cache.regions to 6 or more");
    assertThat(new RegionLayout(TABLES, 1_500_000_000, 6, Map.of()).slots())
        .isEqualTo(1_500_000_000);
  }

  @Test
  void moreRegionsThanCanBeNumberedAreRefused() {
    var tables = new ArrayList<Table>();
    var slots = new HashMap<String, Long>();
    for (int t = 0; t <= RegionLayout.MOST_REGIONS; t++) {
      tables.add(new Table("t" + t, 10));
      slots.put("t" + t, 2L);
    }
    assertThatThrownBy(() -> new RegionLayout(new TableSet(tables), 70_000, 1, slots))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("32768 regions, at most 32767");
  }
}
