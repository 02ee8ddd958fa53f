package dev.farsight.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import java.util.List;

/** Compares values of Farsight with those of a script's result. */
final class PeerValues {

  private PeerValues() {}

  /** Whether each value is the other one, but for {@code tolerance} relative to 1 + magnitude. */
  static void assertClose(String what, float[] ours, List<Double> theirs, double tolerance) {
    assertThat(ours).as(what).hasSize(theirs.size());
    for (int i = 0; i < ours.length; i++) {
      assertThat(Math.abs(ours[i] - theirs.get(i)))
          .as("%s [%d]: %s, in PyTorch %s", what, i, ours[i], theirs.get(i))
          .isLessThanOrEqualTo(tolerance * (1 + Math.abs(theirs.get(i))));
    }
  }

  /** Whether all parameters are those of a result. */
  static void assertSameParameters(String what, OneLayer layer, Config theirs, double tolerance) {
    for (int t = 0; t < theirs.getList("tables").size(); t++) {
      List<Double> rows =
          ((List<?>) theirs.getList("tables").get(t).unwrapped())
              .stream().map(value -> ((Number) value).doubleValue()).toList();
      assertClose(what + ", table " + t, layer.table(t), rows, tolerance);
    }
    List<Double> weight = theirs.getDoubleList("weight");
    assertClose(what + ", weight", layer.parameter(false), weight, tolerance);
    List<Double> bias = List.of(theirs.getDouble("bias"));
    assertClose(what + ", bias", layer.parameter(true), bias, tolerance);
  }
}
