package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.compute.UpdateRule;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The rules by hand, and by what they are derived from. */
class Float64UpdateTest {

  private static double[] row(double... values) {
    return values;
  }

  @Test
  void momentumByHand() {
    double[] w = {1};
    double[][] state = {{0}};
    var plain = new UpdateRule.Momentum(.5f, false, 0);
    Float64Update.dense(plain, w, state, row(2), .1, 0);
    Float64Update.dense(plain, w, state, row(4), .1, 1);
    assertThat(state[0]).containsExactly(5);
    assertThat(w[0]).isCloseTo(1 - .2 - .5, within(1e-15));
    double[] v = {1};
    double[][] moments = {{0}};
    var nesterov = new UpdateRule.Momentum(.5f, true, .25f);
    Float64Update.dense(nesterov, v, moments, row(2), .1, 0);
    assertThat(moments[0]).containsExactly(2.25);
    assertThat(v[0]).isCloseTo(1 - .1 * (2.25 + .5 * 2.25), within(1e-15));
  }

  @Test
  void adagradByHand() {
    double[] row = {1, 2, .5, 1};
    Float64Update.row(new UpdateRule.Adagrad(.25f, 0, .5f), row, row(1.5, 0), .1, 0);
    assertThat(row[2]).isEqualTo(.5 + 4);
    assertThat(row[3]).isEqualTo(2);
    assertThat(row[0]).isCloseTo(1 - .2 / (Math.sqrt(4.5) + .25), within(1e-15));
    assertThat(row[1]).isCloseTo(2 - .1 / (Math.sqrt(2) + .25), within(1e-15));
  }

  @Test
  void anElementThatNeverHadAGradientStaysWhateverEpsIs() {
    double[] row = {1, 0, 0};
    Float64Update.row(new UpdateRule.Adam(.5f, .5f, 0, 0), row, row(0), .1, 0);
    assertThat(row).containsExactly(1, 0, 0);
    double[] adagrad = {1, 0};
    Float64Update.row(new UpdateRule.Adagrad(0, 0, 0), adagrad, new double[] {0}, .1, 0);
    assertThat(adagrad).containsExactly(1, 0);
  }

  /** With bias corrected, the moments of equal gradients are the gradient and its square. */
  @Test
  void adamOfEqualGradientsMovesByTheLearningRate() {
    var adam = new UpdateRule.Adam(.75f, .875f, 0, 0);
    double[] row = {1, 0, 0};
    for (int t = 0; t < 20; t++) {
      Float64Update.row(adam, row, row(-3), .1, t);
      assertThat(row[0]).isCloseTo(1 + .1 * (t + 1), within(1e-12));
    }
    assertThat(row[1]).isCloseTo(-3 * (1 - Math.pow(.75, 20)), within(1e-12));
    assertThat(row[2]).isCloseTo(9 * (1 - Math.pow(.875, 20)), within(1e-12));
    assertThat(adam.rateFactor(19)).isCloseTo((float) (1 / (1 - Math.pow(.75, 20))), within(1e-6f));
    assertThat(adam.rootFactor(19))
        .isCloseTo((float) (1 / Math.sqrt(1 - Math.pow(.875, 20))), within(1e-6f));
  }

  /**
   * FTRL-Proximal: the weight minimises the sum of the gradients times w, plus half of the strong
   * convexity that every step added around its weight, plus L1 and L2.
   */
  @Test
  void ftrlMinimisesItsObjective() {
    var ftrl = new UpdateRule.Ftrl(.5f, .3f, .2f, .1f);
    double lr = .4;
    for (long seed = 1; seed <= 20; seed++) {
      var random = new Random(seed);
      double[] w = {random.nextGaussian()};
      double[][] state = {{0}, {ftrl.initialAccumulator()}};
      DoubleUnaryOperator objective =
          x ->
              ftrl.l1() * Math.abs(x)
                  + ftrl.l2() / 2 * x * x
                  + (ftrl.beta() + Math.sqrt(ftrl.initialAccumulator())) / lr / 2 * x * x;
      double n = ftrl.initialAccumulator();
      for (int t = 0; t < 10; t++) {
        double g = random.nextGaussian();
        double sigma = (Math.sqrt(n + g * g) - Math.sqrt(n)) / lr;
        n += g * g;
        double center = w[0];
        DoubleUnaryOperator before = objective;
        objective = x -> before.applyAsDouble(x) + g * x + sigma / 2 * (x - center) * (x - center);
        Float64Update.dense(ftrl, w, state, row(g), lr, t);
        assertThat(w[0]).as("seed %d, step %d", seed, t).isCloseTo(least(objective), within(1e-7));
      }
    }
  }

  /** Where a convex function is least, by ternary search. */
  private static double least(DoubleUnaryOperator convex) {
    double low = -100;
    double high = 100;
    for (int i = 0; i < 200; i++) {
      double left = low + (high - low) / 3;
      double right = high - (high - low) / 3;
      if (convex.applyAsDouble(left) < convex.applyAsDouble(right)) {
        high = right;
      } else {
        low = left;
      }
    }
    return (low + high) / 2;
  }
}
