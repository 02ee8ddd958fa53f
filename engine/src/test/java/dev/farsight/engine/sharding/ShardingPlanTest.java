package dev.farsight.engine.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DeviceRates;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.settings.ShardingSettings.Choice;
import dev.farsight.engine.settings.ShardingSettings.ExchangeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans in files. */
class ShardingPlanTest {

  private static final TableSet TABLES =
      new TableSet(List.of(new Table("user", 1000), new Table("a \"b\"", 7), new Table("c", 50)));

  @TempDir Path folder;

  private static ShardingPlan plan() {
    return ShardingPlan.of(
        StepModel.of(3, RowFormat.of(16, 1), true, StepModel.UNLIMITED, DeviceRates.CPU),
        "the first 4 steps of the data",
        List.of(
            new TableLoad("user", 1000, 33 + 1. / 3, 97.1, 0, 16, 70.5),
            new TableLoad("a \"b\"", 7, 7, 7, 0),
            new TableLoad("c", 50, 1e-3, 2e-3, 0)),
        List.of(Choice.TABLE, Choice.REPLICATED, Choice.ROW),
        List.of(ExchangeChoice.AUTO, ExchangeChoice.AUTO, ExchangeChoice.ROWS));
  }

  @Test
  void aFileHasAllOfAPlan() {
    PlanFile.write(folder, plan());
    assertThat(PlanFile.read(folder)).isEqualTo(plan());
    assertThat(PlanFile.read(folder.resolve("sharding.json"))).isEqualTo(plan());
    assertThat(plan().differenceTo(3, TABLES)).isEmpty();
  }

  @Test
  void sumsAreExchangedWhereTheyAreFewerBytes() {
    assertThat(plan().sharding().sums(0)).isTrue();
    assertThat(plan().sharding().sums(1)).isFalse();
    assertThat(plan().sharding().sums(2)).isFalse();
  }

  @Test
  void oneDeviceHasNoPlan() {
    assertThat(ShardingPlan.ofOneDevice(TABLES).json()).isNull();
  }

  @Test
  void otherTablesAndOtherDevicesAreTold() {
    assertThat(plan().differenceTo(2, TABLES)).hasValue("is for 3 devices, not for 2");
    assertThat(plan().differenceTo(3, new TableSet(List.of(new Table("user", 1000)))))
        .hasValue("has 3 tables, not 1");
  }

  @Test
  void aMissingFileIsTold() {
    assertThatThrownBy(() -> PlanFile.read(folder))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is no such plan");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"devices\" : 3', '\"devices\" : 2'",
    "'\"devices\" : 3', '\"devices\" : 1'",
    "'\"devices\" : 3', '\"devices\" : 999999999'",
    "'\"device\" : 0', '\"device\" : 3'",
    "'\"kind\" : \"row\"', '\"kind\" : \"no\"'",
    "'\"exchange\" : \"sums\"', '\"exchange\" : \"no\"'",
    "'\"rows\" : 50', '\"rows\" : -1'",
    "'\"table\" : \"c\"', '\"table\" : \"user\"'",
    "'\"link\" :', '\"no\" :'",
    "'\"format\" : 1', '\"format\" : 2'"
  })
  void aDamagedFileIsTold(String text, String other) throws IOException {
    PlanFile.write(folder, plan());
    Path file = folder.resolve(PlanFile.NAME);
    String json = Files.readString(file);
    assertThat(json).contains(text);
    Files.writeString(file, json.replace(text, other));
    assertThatThrownBy(() -> PlanFile.read(file))
        .isInstanceOf(FarsightException.class)
        .hasMessageStartingWith(file + ": cannot be read, it is damaged");
  }
}
