package dev.farsight.engine.model;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.model.Parameter;
import dev.farsight.api.random.CounterRandom;
import dev.farsight.api.table.InitialRows;
import java.util.List;

/**
 * Initial dense parameters, drawn as each {@link Parameter} says. The values depend only on the
 * seed and the parameter names; {@code >>>} is the logical shift:
 *
 * <pre>
 * key(i) = mix64(mix64(seed) + 0x9E3779B97F4A7C15 * (fnv1a64(name) + i))    element i of parameter name
 *
 * uniform:  w[i] = ((key >>> 40) * 2^-23 - 1) * scale               rounded once, no FMA
 * normal:   n    = sum of the lower and the upper 16 bits of CounterRandom.bits(key, 0) .. (key, 5)
 *           w[i] = (2 n - 12 * 65535) * 2^-17 * scale               rounded once
 * </pre>
 */
public final class DenseInit {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private DenseInit() {}

  /**
   * Fills all parameters of a step that has just been compiled. The optimizer's state has its start
   * values already.
   *
   * @param parameters those of the step's tape
   */
  public static void fill(DenseState dense, List<Parameter> parameters, long seed) {
    for (int p = 0; p < parameters.size(); p++) {
      Parameter parameter = parameters.get(p);
      if (!parameter.name().equals(dense.parameters().get(p).name())) {
        throw new IllegalArgumentException(
            parameter.name() + " is named " + dense.parameters().get(p).name() + " by the backend");
      }
      dense.write(p, values(parameter, seed));
    }
  }

  private static float[] values(Parameter parameter, long seed) {
    var values = new float[parameter.size()];
    long base = InitialRows.mix64(seed) + GOLDEN * fnv1a(parameter.name());
    for (int i = 0; i < values.length; i++) {
      long key = InitialRows.mix64(base + GOLDEN * i);
      values[i] =
          switch (parameter.start()) {
            case UNIFORM -> ((key >>> 40) * 0x1p-23f - 1f) * parameter.scale();
            case NORMAL -> CounterRandom.normal(key, 0) * parameter.scale();
            case CONSTANT -> parameter.scale();
          };
    }
    return values;
  }

  private static long fnv1a(String name) {
    long hash = 0xCBF29CE484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001B3L;
    }
    return hash;
  }
}
