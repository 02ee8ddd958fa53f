package dev.farsight.engine.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.engine.metrics.Quality;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlateauTest {

  private static Quality auroc(double value) {
    return new Quality(value, Double.NaN, Double.NaN, 0.5, 1, Double.NaN, Double.NaN, Double.NaN);
  }

  private static Quality logloss(double value) {
    return new Quality(0.5, Double.NaN, Double.NaN, 0.5, value, Double.NaN, Double.NaN, Double.NaN);
  }

  @Test
  void theRateIsReducedAfterSoManyEvaluationsWithoutABetterOne() {
    var plateau = new Plateau("logloss", 2, 0.1, 0.01, 0);
    Plateau.State state = Plateau.State.START;
    state = plateau.after(state, 10, logloss(0.5));
    state = plateau.after(state, 20, logloss(0.495));
    assertThat(state).isEqualTo(new Plateau.State(10 + 10, -0.5, 1, 0));
    state = plateau.after(state, 30, logloss(0.6));
    assertThat(state).isEqualTo(new Plateau.State(30, -0.5, 0, 1));
    state = plateau.after(state, 40, logloss(0.4));
    assertThat(state).isEqualTo(new Plateau.State(40, -0.4, 0, 1));
  }

  /** Against the whole history, looked at anew each time. */
  @Test
  void itFollowsTheHistory() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int run = 0; run < 200; run++) {
      int patience = 1 + random.nextInt(4);
      var plateau = new Plateau("auroc", patience, 0.5, 0, 0);
      Plateau.State state = Plateau.State.START;
      List<Double> history = new ArrayList<>();
      for (int e = 0; e < 30; e++) {
        double value = random.nextInt(8) == 0 ? Double.NaN : random.nextInt(100) / 100.0;
        history.add(value);
        state = plateau.after(state, e, auroc(value));
        assertThat(state.reductions())
            .as("seed %d, patience %d, %s", seed, patience, history)
            .isEqualTo(reductions(history, patience));
      }
    }
  }

  /** Runs of values that are not above all before, cut into pieces of the patience. */
  private static int reductions(List<Double> history, int patience) {
    int reductions = 0;
    int start = 0;
    while (start < history.size()) {
      double bestBefore =
          history.subList(0, start).stream()
              .filter(v -> !v.isNaN())
              .mapToDouble(v -> v)
              .max()
              .orElse(Double.NEGATIVE_INFINITY);
      int without = 0;
      int end = start;
      while (end < history.size() && !(history.get(end) > bestBefore)) {
        without += history.get(end).isNaN() ? 0 : 1;
        end++;
      }
      reductions += without / patience;
      start = end + 1;
    }
    return reductions;
  }
}
