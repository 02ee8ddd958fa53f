package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.UpdateRule;
import dev.farsight.testkit.compute.TestOptimizer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What kernels are told of update rules. */
class DeviceRuleTest {

  private static String[] dense(UpdateRule rule) {
    return ((String) new DeviceRule(rule).ofDense().get("DENSE_RULE")).split(",");
  }

  private static String[] rows(UpdateRule rule) {
    return ((String) new DeviceRule(rule).ofRows().get("ROW_RULE")).split(",");
  }

  /** Kind, decay, eps, beta1, beta2, nesterov, beta, l1, l2. */
  @Test
  void constantsAreInTheOrderOfTheStruct() {
    assertThat(rows(new UpdateRule.Sgd(.25f)))
        .containsExactly("SGD", "0.25f", "0.0f", "0.0f", "0.0f", "false", "0.0f", "0.0f", "0.0f");
    assertThat(dense(new UpdateRule.Momentum(.5f, true, .25f)))
        .containsExactly(
            "MOMENTUM", "0.25f", "0.0f", "0.5f", "0.0f", "true", "0.0f", "0.0f", "0.0f");
    assertThat(rows(new UpdateRule.Adagrad(.5f, 7, .25f)))
        .containsExactly(
            "ADAGRAD", "0.25f", "0.5f", "0.0f", "0.0f", "false", "0.0f", "0.0f", "0.0f");
    assertThat(rows(new UpdateRule.Adam(.5f, .75f, .125f, .25f)))
        .containsExactly(
            "ADAM", "0.25f", "0.125f", "0.5f", "0.75f", "false", "0.0f", "0.0f", "0.0f");
    assertThat(rows(new UpdateRule.Ftrl(.5f, .75f, .125f, 7)))
        .containsExactly(
            "FTRL", "0.0f", "0.0f", "0.0f", "0.0f", "false", "0.5f", "0.75f", "0.125f");
  }

  @Test
  void rowwiseAdagradIsAdagradForDenseParameters() {
    var rule = new UpdateRule.RowwiseAdagrad(1e-10f, 0, 0);
    assertThat(rows(rule)).startsWith("ROWWISE_ADAGRAD", "0.0f", "1.0E-10f");
    assertThat(dense(rule)).startsWith("ADAGRAD", "0.0f", "1.0E-10f");
  }

  /** The struct of rules.cu, to which the list is assigned. */
  @Test
  void structHasAsManyFieldsAsTheList() {
    String source = KernelSource.of("rules", List.of("rules.cu"), Map.of()).text();
    int start = source.indexOf("struct Rule {");
    String struct = source.substring(start, source.indexOf("};", start));
    assertThat(struct.chars().filter(c -> c == ';').count())
        .isEqualTo(rows(UpdateRule.sgd()).length);
  }

  /** An element's own floats of state; the one that row-wise Adagrad has is the whole row's. */
  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  void statesOfAnElementAreThoseOfTheFormat(TestOptimizer optimizer) {
    UpdateRule rows = optimizer.spec().rows();
    UpdateRule dense = optimizer.spec().dense();
    int states = (int) new DeviceRule(rows).ofRows().get("ROW_STATES");
    boolean rowwise = rows instanceof UpdateRule.RowwiseAdagrad;
    assertThat(8 * states + (rowwise ? 1 : 0)).isEqualTo(rows.rowFormat(8).stateFloats());
    assertThat(new DeviceRule(dense).ofDense())
        .containsEntry("DENSE_STATES", dense.denseState().size());
  }

  @Test
  void onlyAdamCorrectsItsBias() {
    var adam = new DeviceRule(new UpdateRule.Adam(.5f, .75f, 1e-8f, 0));
    assertThat(adam.rate(.5f, 0)).isEqualTo(1f);
    assertThat(adam.rate(.5f, 1_000_000)).isEqualTo(.5f);
    assertThat(adam.rootFactor(0)).isEqualTo(2f);
    for (TestOptimizer optimizer : TestOptimizer.values()) {
      if (!(optimizer.spec().rows() instanceof UpdateRule.Adam)) {
        var rule = new DeviceRule(optimizer.spec().rows());
        assertThat(rule.rate(.3f, 0)).isEqualTo(.3f);
        assertThat(rule.rootFactor(0)).isZero();
      }
    }
  }
}
