package dev.farsight.compute.nd4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.compute.SummedBags;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.compute.nd4j.Nd4jPlugin;
import dev.farsight.testkit.compute.TestOptimizer;
import dev.farsight.testkit.config.Sections;
import dev.farsight.testkit.plugin.RegisteredFactories;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CpuFactoryTest {

  @Test
  void isOfferedByThePluginOnTheClassPath() {
    var factories = RegisteredFactories.ofService(Nd4jPlugin.class).computes();
    assertThat(factories.get("nd4j-native")).isInstanceOf(CpuFactory.class);
  }

  @Test
  void canRunHere() {
    var availability = new CpuFactory().probe();
    assertThat(availability.available()).as(availability.detail()).isTrue();
    assertThat(availability.detail()).startsWith("CPU, ");
  }

  @Test
  void hasAsManyDevicesAsTheSettingSays() {
    var factory = new CpuFactory();
    String path = "farsight.compute.nd4j-native";
    assertThat(factory.devices(Sections.of(path, "", factory))).isEqualTo(1);
    var three = Sections.of(path, "devices = 3", factory);
    factory.check(three);
    assertThat(factory.devices(three)).isEqualTo(3);
    try (var backend = factory.open(new ComputeContext(three, 1, 2))) {
      assertThat(backend.name()).isEqualTo("cpu 2");
    }
    var none = Sections.of(path, "devices = 0", factory);
    assertThatThrownBy(() -> factory.check(none))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("devices");
  }

  @Test
  void foretellsTheRowsOfOtherRanks() {
    var schema = new BatchSchema(13, new TableSet(List.of(new Table("a", 100))), true, false);
    var format = RowFormat.of(16, 1);
    var sgd = TestOptimizer.SGD.spec();
    var norms = MaxNorms.none(1);
    var exchange = new ExchangeShape(2, 100, 150, 60, 70);
    var alone = new StepSpec(schema, 64, 100, format, sgd, norms, 1);
    var shared = new StepSpec(schema, 64, 100, format, sgd, norms, 1, exchange);
    var factory = new CpuFactory();
    assertThat(factory.forecast(shared, 60, 10, 10).bytes(Tier.DEVICE))
        .isEqualTo(
            factory.forecast(alone, 60, 10, 10).bytes(Tier.DEVICE) + 4 * 16 * (150 + 2 * 100 + 70));
  }

  /** At the owner the bags of both ranks; where the samples are, a sum of each rank. */
  @Test
  void foretellsTheSumsOfOtherRanks() {
    var schema = new BatchSchema(13, new TableSet(List.of(new Table("a", 100))), true, false);
    var format = RowFormat.of(16, 1);
    var norms = MaxNorms.none(1);
    var sgd = TestOptimizer.SGD.spec();
    var sums = new SummedBags(List.of(SummedBags.ALL_RANKS), 100, 200);
    var rows = new ExchangeShape(2, 100, 150, 60, 70);
    var summed = new ExchangeShape(2, 100, 150, 60, 70, false, sums);
    var factory = new CpuFactory();
    var without = new StepSpec(schema, 64, 100, format, sgd, norms, 1, rows);
    var with = new StepSpec(schema, 64, 100, format, sgd, norms, 1, summed);
    assertThat(factory.forecast(with, 60, 10, 10).bytes(Tier.DEVICE))
        .isEqualTo(
            factory.forecast(without, 60, 10, 10).bytes(Tier.DEVICE) + 4 * 16 * (2 * 64 + 2 * 64));
  }

  @Test
  void foretellsWhatItTakes() {
    for (var kind : TestOptimizer.values()) {
      for (var precision : Precision.values()) {
        assertForetold(new RowFormat(17, precision, kind.spec().rows().rowState(17)), kind);
      }
    }
  }

  private static void assertForetold(RowFormat format, TestOptimizer kind) {
    var tables = new TableSet(List.of(new Table("a", 100), new Table("b", 10)));
    var schema = new BatchSchema(13, tables, true, false);
    var spec = new StepSpec(schema, 2048, 110, format, kind.spec());
    int slots = 33_000;
    var forecast = new CpuFactory().forecast(spec, slots, 300, 400);
    try (var backend = CpuBackends.open(1);
        var memory = backend.slots(format, slots, 300, 400)) {
      assertThat(forecast.lines().get(0).bytes()).isEqualTo(memory.deviceBytes());
      assertThat(forecast.bytes(Tier.HOST))
          .isEqualTo(memory.in().bytes().capacity() + memory.out().bytes().capacity());
    }
    assertThat(forecast.bytes(Tier.DEVICE)).isGreaterThan(forecast.lines().get(0).bytes());
    assertThat(forecast.bytes(Tier.HEAP)).isZero();
  }

  @Test
  void foretellsWhatMaxPoolingAndLargestNormsTake() {
    var tables = new TableSet(List.of(new Table("a", 100), new Table("b", 10)));
    var features =
        List.of(
            Feature.bag("sum", 0, 3, Pooling.SUM),
            Feature.bag("max", 1, 4, Pooling.MAX),
            new Feature("one", 1, 1, 1, Pooling.MAX, false),
            Feature.bag("max too", 0, 4, Pooling.MAX));
    var schema = new BatchSchema(13, tables, features, Set.of(Column.LABEL));
    var sgd = TestOptimizer.SGD.spec();
    var norms = MaxNorms.of(Float.POSITIVE_INFINITY, 1);
    var spec = new StepSpec(schema, 2048, 110, RowFormat.of(16, 0), sgd, norms);
    assertThat(new CpuFactory().forecast(spec, 110, 10, 10).bytes(Tier.HEAP))
        .isEqualTo(4 * (2 * 2048 * 16 + 110));
    var frozen = TestOptimizer.SGD.frozen();
    var still = new StepSpec(schema, 2048, 110, RowFormat.of(16, 0), frozen);
    assertThat(new CpuFactory().forecast(still, 110, 10, 10).bytes(Tier.HEAP)).isZero();
  }
}
