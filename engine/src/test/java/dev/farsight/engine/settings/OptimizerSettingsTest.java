package dev.farsight.engine.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.engine.OptimizerConfigs;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.testkit.compute.TestOptimizer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OptimizerSettingsTest {

  private static Settings farsight(List<String> sets) {
    return Settings.of(
        "farsight",
        FarsightConfig.defaults()
            .set(sets)
            .resolve(List.of(OptimizerSettingsTest.class.getClassLoader())));
  }

  private static OptimizerSpec spec(String... sets) {
    return OptimizerSettings.of(farsight(List.of(sets)).section("optimizer"));
  }

  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  void everyConstantHasItsKey(TestOptimizer optimizer) {
    assertThat(spec(OptimizerConfigs.of(optimizer).toArray(String[]::new)))
        .isEqualTo(optimizer.spec());
  }

  @Test
  void epsFollowsFromTheRule() {
    assertThat(spec()).isEqualTo(OptimizerSpec.of(UpdateRule.sgd()));
    assertThat(spec("optimizer.type=rowwise-adagrad", "optimizer.freeze-rows=true"))
        .isEqualTo(OptimizerSpec.frozenRows(new UpdateRule.RowwiseAdagrad(1e-10f, 0, 0)));
    assertThat(spec("optimizer.type=adam"))
        .isEqualTo(OptimizerSpec.of(new UpdateRule.Adam(0.9f, 0.999f, 1e-8f, 0)));
    assertThat(spec("optimizer.type=adagrad", "optimizer.dense.eps=0").dense())
        .isEqualTo(new UpdateRule.Adagrad(0, 0, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "type=momentum | optimizer.type: 'momentum' is a rule for dense parameters only",
        "rows.type=momentum | optimizer.rows.type: 'momentum' is a rule for dense parameters only",
        "type=adamw | optimizer.type: 'adamw' is none of sgd, momentum, adagrad, rowwise-adagrad, adam, ftrl",
        "rows.beta1=0.5 | optimizer.rows.beta1: 0.5 is not used by sgd",
        "dense.eps=0.5 | optimizer.dense.eps: 0.5 is not used by sgd",
        "dense.ftrl.l1=0.5 | optimizer.dense.ftrl.l1: 0.5 is not used by sgd",
        "weight-decay=-1 | optimizer.weight-decay: -1 is not a number from 0",
        "rows.momentum=0.5 | unknown key farsight.optimizer.rows.momentum; did you mean",
      })
  void mistakesGetOneClearLine(String set, String message) {
    assertThatThrownBy(() -> spec("optimizer." + set))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void ftrlHasAnL2OfItsOwn() {
    assertThatThrownBy(() -> spec("optimizer.rows.type=ftrl", "optimizer.weight-decay=0.1"))
        .hasMessageContaining(
            "optimizer.weight-decay: 0.1 is not used by ftrl, whose L2 is farsight.optimizer.rows.ftrl.l2");
    assertThat(
            spec("optimizer.rows={ type = ftrl, weight-decay = 0 }", "optimizer.weight-decay=0.1")
                .dense())
        .isEqualTo(new UpdateRule.Sgd(0.1f));
  }

  @Test
  void rowsHaveTheStateOfTheirRuleAndTheirPrecision() {
    var format =
        RowFormats.of(
            farsight(
                List.of(
                    "model.embedding-dim=10",
                    "model.row-precision=fp16",
                    "optimizer.rows.type=adam")));
    assertThat(format.precision()).isEqualTo(Precision.FP16);
    assertThat(format.bytes()).isEqualTo(10 * 2 + 2 * 10 * 4);
    assertThatThrownBy(() -> RowFormats.of(farsight(List.of("model.row-precision=fp8"))))
        .hasMessageContaining("model.row-precision: 'fp8' is none of fp32, bf16, fp16");
  }
}
