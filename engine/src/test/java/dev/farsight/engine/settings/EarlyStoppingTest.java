package dev.farsight.engine.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.engine.metrics.Quality;
import org.junit.jupiter.api.Test;

class EarlyStoppingTest {

  private final EarlyStopping.Watch auroc = new EarlyStopping("auroc", 2, 0, false).watch();

  private static Quality quality(double auroc, double logloss) {
    return new Quality(
        auroc, Double.NaN, Double.NaN, 0.5, logloss, Double.NaN, Double.NaN, Double.NaN);
  }

  @Test
  void stopsAfterSoManyEvaluationsInARowWithoutABetterOne() {
    assertThat(auroc.stopAfter(10, quality(0.6, 1))).isFalse();
    assertThat(auroc.stopAfter(20, quality(0.6, 1))).isFalse();
    assertThat(auroc.stopAfter(30, quality(0.7, 1))).isFalse();
    assertThat(auroc.stopAfter(40, quality(0.6, 1))).isFalse();
    assertThat(auroc.stopAfter(50, quality(0.7, 1))).isTrue();
    assertThat(auroc.best()).isEqualTo(new EarlyStopping.Best(30, 0.7));
    assertThat(auroc.bestValue()).isEqualTo(0.7);
  }

  @Test
  void anUndefinedAurocDoesNotCount() {
    assertThat(auroc.stopAfter(10, quality(Double.NaN, 1))).isFalse();
    assertThat(auroc.stopAfter(20, quality(Double.NaN, 1))).isFalse();
    assertThat(auroc.stopAfter(30, quality(0.7, 1))).isFalse();
    assertThat(auroc.stopAfter(40, quality(0.6, 1))).isFalse();
    assertThat(auroc.stopAfter(50, quality(Double.NaN, 1))).isFalse();
    assertThat(auroc.evaluationsSinceBest()).isEqualTo(1);
    assertThat(auroc.stopAfter(60, quality(0.6, 1))).isTrue();
    assertThat(auroc.best().step()).isEqualTo(30);
  }

  @Test
  void aLowerLoglossIsBetter() {
    var watch = new EarlyStopping("logloss", 1, 0.1, false).watch();
    assertThat(watch.stopAfter(10, quality(Double.NaN, 0.9))).isFalse();
    assertThat(watch.stopAfter(20, quality(Double.NaN, 0.5))).isFalse();
    assertThat(watch.stopAfter(30, quality(Double.NaN, 0.45))).isTrue();
    assertThat(watch.bestValue()).isEqualTo(0.5);
    assertThat(watch.best().step()).isEqualTo(20);
  }
}
