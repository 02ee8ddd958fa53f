package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.testkit.compute.TestOptimizer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class JcudaFactoryTest {

  private static Settings settings(String precision) {
    return Settings.of(
        "farsight.compute.jcuda",
        ConfigFactory.parseString("devices = [0], precision = " + precision));
  }

  @Test
  void openFailsWithTheReasonThatProbeGives() {
    var availability = new JcudaFactory().probe();
    assertThat(availability.detail()).isNotBlank().doesNotContain("\n");
    Assumptions.assumeFalse(availability.available(), "there is a GPU here");
    assertThatThrownBy(() -> new JcudaFactory().open(new ComputeContext(settings("tf32"), 1)))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining(availability.detail());
  }

  @Test
  void precisionsAreNamedAsInTheConfiguration() {
    assertThat(Precision.of(settings("bf16"))).isEqualTo(Precision.BF16);
    assertThatThrownBy(() -> Precision.of(settings("fp64")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("fp32, tf32 or bf16");
  }

  @Test
  void deviceMemoryDoesNotGrowWithTheTable() {
    var format = RowFormat.of(128, 0);
    long[] bytes = new long[2];
    for (int i = 0; i < 2; i++) {
      int rows = i == 0 ? 1_000_000 : 2_000_000_000;
      var tables = new TableSet(List.of(new Table("t", rows)));
      var schema = new BatchSchema(13, tables, true, false);
      var sgd = TestOptimizer.SGD.spec();
      var spec = new StepSpec(schema, 1024, 1024, format, sgd);
      bytes[i] = new JcudaFactory().forecast(spec, 5000, 2048, 2048).bytes(Tier.DEVICE);
    }
    assertThat(bytes[0]).isEqualTo(bytes[1]).isGreaterThan((5000L + 4096) * 512);
  }

  @Test
  void rowsOf16BitsTakeHalfTheMemoryOfWeights() {
    var tables = new TableSet(List.of(new Table("t", 1000)));
    var schema = new BatchSchema(13, tables, true, false);
    long[] bytes = new long[2];
    for (int i = 0; i < 2; i++) {
      var precision = i == 0 ? RowFormat.Precision.FP32 : RowFormat.Precision.BF16;
      var format = new RowFormat(128, precision, List.of());
      var spec = new StepSpec(schema, 1024, 1000, format, TestOptimizer.SGD.spec());
      bytes[i] = new JcudaFactory().forecast(spec, 5000, 2048, 2048).bytes(Tier.DEVICE);
    }
    assertThat(bytes[0] - bytes[1]).isEqualTo((5000L + 4096) * 256);
  }

  @Test
  void severalRanksTakeMemoryForWhatTheySendEachOther() {
    var tables = new TableSet(List.of(new Table("t", 1000)));
    var schema = new BatchSchema(13, tables, true, false);
    var sgd = TestOptimizer.SGD.spec();
    var norms = MaxNorms.none(1);
    long[] bytes = new long[2];
    for (int i = 0; i < 2; i++) {
      var exchange = i == 0 ? null : new ExchangeShape(2, 1000, 600, 500, 70);
      var spec = new StepSpec(schema, 1024, 1000, RowFormat.of(128, 0), sgd, norms, 1, exchange);
      bytes[i] = new JcudaFactory().forecast(spec, 5000, 2048, 2048).bytes(Tier.DEVICE);
    }
    assertThat(bytes[1] - bytes[0]).isEqualTo((1000 + 1 + 600 + 70) * 512L);
  }

  @Test
  void bagsTakeMemoryForPooledRowsAndTheirWinners() {
    var tables = new TableSet(List.of(new Table("t", 1000)));
    var format = RowFormat.of(128, 0);
    var features =
        List.of(
            new Feature("f", 0),
            Feature.bag("f", 0, 1, Pooling.SUM),
            Feature.bag("f", 0, 1, Pooling.MAX));
    long[] bytes = new long[3];
    for (int i = 0; i < bytes.length; i++) {
      var schema = new BatchSchema(13, tables, features.subList(i, i + 1), Set.of());
      var sgd = TestOptimizer.SGD.spec();
      var spec = new StepSpec(schema, 1024, 1000, format, sgd);
      bytes[i] = new JcudaFactory().forecast(spec, 5000, 2048, 2048).bytes(Tier.DEVICE);
    }
    assertThat(bytes[1] - bytes[0]).as("sums").isGreaterThanOrEqualTo(1024 * 512);
    assertThat(bytes[2] - bytes[1]).as("winners of max pooling").isEqualTo(1024 * 512);
  }
}
