package dev.farsight.compute.nd4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.table.RowFormat;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ends of the range; that updates are right, the contract tests. */
class ElementRuleTest {

  private static final int COUNT = 37;

  static List<UpdateRule> withoutEps() {
    return List.of(
        new UpdateRule.Adagrad(0, 0, 0),
        new UpdateRule.RowwiseAdagrad(0, 0, 0),
        new UpdateRule.Adam(.9f, .999f, 0, 0));
  }

  @ParameterizedTest
  @MethodSource("withoutEps")
  void weightsWhoseGradientsAreZeroStayWithoutEps(UpdateRule rule) {
    var weights = new float[COUNT];
    Arrays.fill(weights, .25f);
    var elements = ElementRule.of(rule);
    elements.begin(.1f, 0);
    elements.update(weights, new float[ElementRule.MAX_PARTS][COUNT], new float[COUNT], COUNT);
    assertThat(weights).containsOnly(.25f);

    var row = new float[rule.rowFormat(COUNT).words()];
    Arrays.fill(row, 0, COUNT, .25f);
    var expected = row.clone();
    var rows = RowRule.of(rule, rule.rowFormat(COUNT));
    rows.begin(.1f, 0);
    rows.update(row, row, new float[COUNT], new float[ElementRule.MAX_PARTS][COUNT]);
    assertThat(row).isEqualTo(expected);
  }

  /** Their squares are 0 in float32. */
  @ParameterizedTest
  @MethodSource("withoutEps")
  void tinyGradientsMoveWeightsLittle(UpdateRule rule) {
    var weights = new float[COUNT];
    var gradient = new float[COUNT];
    Arrays.fill(gradient, 1e-24f);
    var elements = ElementRule.of(rule);
    elements.begin(.1f, 0);
    elements.update(weights, new float[ElementRule.MAX_PARTS][COUNT], gradient, COUNT);
    for (float weight : weights) {
      assertThat(Math.abs(weight)).isLessThanOrEqualTo(.1f);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0, .5f})
  void ftrlWithNeitherGradientsNorRegularisationGivesZeros(float l1) {
    var rule = new UpdateRule.Ftrl(0, l1, 0, 0);
    var weights = new float[COUNT];
    Arrays.fill(weights, .25f);
    var elements = ElementRule.of(rule);
    elements.begin(.1f, 0);
    elements.update(weights, new float[ElementRule.MAX_PARTS][COUNT], new float[COUNT], COUNT);
    assertThat(weights).containsOnly(0f);
  }

  /** Where float32 cannot tell both roots apart, their difference still counts. */
  @ParameterizedTest
  @ValueSource(floats = {1, -1})
  void ftrlDoesNotCancelWhereAccumulatorsAreLarge(float sign) {
    var elements = ElementRule.of(new UpdateRule.Ftrl(1, 0, 0, 0));
    elements.begin(.1f, 0);
    float[][] state = {new float[COUNT], new float[COUNT]};
    Arrays.fill(state[1], 1e6f);
    var weights = new float[COUNT];
    Arrays.fill(weights, 1e3f);
    var gradient = new float[COUNT];
    Arrays.fill(gradient, sign * .5f);
    elements.update(weights, state, gradient, COUNT);
    double roots = Math.sqrt(1e6 + .25) - Math.sqrt(1e6);
    float expected = (float) (sign * .5 - roots / .1 * 1e3);
    for (float z : state[0]) {
      assertThat(z).isCloseTo(expected, offset(1e-5f));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16})
  void partsOfARowsStateKeepTheirPlaces(int dim) {
    var rule = new UpdateRule.Adam(.5f, .75f, 1, 0);
    for (RowFormat.Precision precision : RowFormat.Precision.values()) {
      var format = new RowFormat(dim, precision, rule.rowState(dim));
      var row = new float[format.words()];
      var rows = RowRule.of(rule, format);
      rows.begin(0, 0);
      var gradient = new float[dim];
      Arrays.fill(gradient, 2);
      rows.update(new float[dim], row, gradient, new float[ElementRule.MAX_PARTS][dim]);
      int state = format.stateWord();
      assertThat(Arrays.copyOf(row, state)).containsOnly(0f);
      assertThat(Arrays.copyOfRange(row, state, state + dim)).containsOnly(1f);
      assertThat(Arrays.copyOfRange(row, state + dim, row.length)).containsOnly(1f);
    }
  }
}
