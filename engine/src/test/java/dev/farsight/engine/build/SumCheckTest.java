package dev.farsight.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.cache.Sharding.Placement;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.settings.ShardingSettings;
import dev.farsight.engine.settings.ShardingSettings.ExchangeChoice;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Which tables may exchange sums of bags, with backends that can, that rather do not, and cannot.
 */
class SumCheckTest {

  private static final BatchSchema SCHEMA =
      new BatchSchema(
          0,
          new TableSet(List.of(new Table("sums", 9), new Table("maxima", 9), new Table("one", 9))),
          List.of(
              Feature.bag("a", 0, 3, Pooling.MEAN),
              Feature.bag("b", 1, 3, Pooling.SUM),
              Feature.bag("c", 1, 3, Pooling.MAX),
              new Feature("d", 2)),
          Set.of(Column.LABEL));

  private record Backend(boolean exchangesSums, boolean prefersSums) implements ComputeFactory {

    @Override
    public String name() {
      return "test";
    }

    @Override
    public Availability probe() {
      return Availability.yes("for tests");
    }

    @Override
    public MemoryForecast forecast(StepSpec spec, int slots, int inRows, int outRows) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ComputeBackend open(ComputeContext context) {
      throw new UnsupportedOperationException();
    }
  }

  private static Settings farsight(String... sets) {
    var loader = SumCheckTest.class.getClassLoader();
    return Settings.of(
        "farsight", FarsightConfig.defaults().set(List.of(sets)).resolve(List.of(loader)));
  }

  private static List<ExchangeChoice> choices(Backend backend, String... sets) {
    Settings farsight = farsight(sets);
    var check = new SumCheck(EngineSettings.of(farsight), backend, SCHEMA, 2);
    var wanted = ShardingSettings.of(farsight);
    check.requireWanted(wanted);
    return check.choices(wanted);
  }

  @Test
  void aPlanIsFreeToChooseSumsWhereTheyArePossibleAndPreferred() {
    assertThat(choices(new Backend(true, true)))
        .containsExactly(ExchangeChoice.AUTO, ExchangeChoice.ROWS, ExchangeChoice.AUTO);
    assertThat(choices(new Backend(true, false))).containsOnly(ExchangeChoice.ROWS);
    assertThat(choices(new Backend(false, false))).containsOnly(ExchangeChoice.ROWS);
  }

  @Test
  void settingsMayAskForSumsThatABackendDoesNotPrefer() {
    assertThat(choices(new Backend(true, false), "sharding.exchanges.sums=sums"))
        .containsExactly(ExchangeChoice.SUMS, ExchangeChoice.ROWS, ExchangeChoice.ROWS);
    assertThat(
            choices(
                new Backend(true, true),
                "sharding.exchange=sums",
                "sharding.exchanges.maxima=rows"))
        .containsExactly(ExchangeChoice.SUMS, ExchangeChoice.ROWS, ExchangeChoice.SUMS);
  }

  @Test
  void whatIsNotPossibleIsTold() {
    assertThatThrownBy(() -> choices(new Backend(false, false), "sharding.exchanges.sums=sums"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("sums of bags, which compute.backend = test does not; use rows");
    assertThatThrownBy(() -> choices(new Backend(true, true), "sharding.exchange=sums"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("table maxima, of which feature c takes the max");
  }

  /** Of several devices; one has nobody to exchange with. */
  @Test
  void oneDeviceIsAskedForNothing() {
    Settings farsight = farsight("sharding.exchange=sums");
    new SumCheck(EngineSettings.of(farsight), new Backend(false, false), SCHEMA, 1)
        .requireWanted(ShardingSettings.of(farsight));
  }

  @Test
  void aPlanIsFollowedOnlyWhereItIsPossible() {
    var plan =
        new Sharding(2, List.of(Placement.ROW.withSums(), Placement.ROW, Placement.REPLICATED));
    var settings = EngineSettings.of(farsight());
    assertThat(new SumCheck(settings, new Backend(true, false), SCHEMA, 2).difference(plan))
        .isEmpty();
    assertThat(new SumCheck(settings, new Backend(false, false), SCHEMA, 2).difference(plan))
        .hasValue("exchanges sums of table sums, which this run cannot");
  }
}
