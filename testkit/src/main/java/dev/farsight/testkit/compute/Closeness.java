package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

/**
 * How far results may be from those in float64.
 *
 * @param tolerance error allowed per step, relative to 1 + the value's magnitude
 */
public record Closeness(double tolerance) {

  /** Checks that {@code actual} is {@code expected}, but for rounding of so many steps. */
  public void assertClose(String what, float[] actual, double[] expected, double steps) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      double allowed = tolerance * steps * (1 + Math.abs(expected[i]));
      assertThat(Math.abs(actual[i] - expected[i]))
          .as("%s [%d]: %s, in float64 %s", what, i, actual[i], expected[i])
          .isLessThanOrEqualTo(allowed);
    }
  }

  /** Checks that all parameters, rows and state are those of the reference. */
  public void assertSameModel(String what, ComputeRig rig, Float64Step reference, double steps) {
    assertSameModel(what, rig.dense(), rig.rows(), reference, steps);
  }

  void assertSameModel(
      String what,
      Map<String, float[]> dense,
      Map<Long, float[]> rows,
      Float64Step reference,
      double steps) {
    dense.forEach(
        (name, values) ->
            assertClose(what + " " + name, values, reference.dense().get(name), steps));
    rows.forEach(
        (id, row) -> assertClose(what + " row " + id, row, reference.rows().get(id), steps));
  }
}
