package dev.farsight.engine.model;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.table.InitialRows;
import java.util.HashMap;
import java.util.Map;

/**
 * Initial dense parameters, distributed as in torch's nn.Linear: weight and bias of a layer are
 * uniform in +-1/sqrt(fan-in). Optimizer state is 0. The values depend only on the seed and the
 * parameter names:
 *
 * <pre>
 * key  = mix64(mix64(seed) + 0x9E3779B97F4A7C15 * (fnv1a64(name) + i))      element i of parameter name
 * w[i] = ((key >>> 40) * 2^-23 - 1) * bound                       rounded once, no FMA
 * </pre>
 */
public final class DenseInit {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private DenseInit() {}

  /** Fills all parameters. */
  public static void fill(DenseState dense, long seed) {
    Map<String, Integer> fanIn = new HashMap<>();
    for (DenseState.Parameter parameter : dense.parameters()) {
      if (parameter.shape().size() == 2) {
        fanIn.put(layer(parameter.name()), parameter.shape().get(1));
      }
    }
    for (int p = 0; p < dense.parameters().size(); p++) {
      DenseState.Parameter parameter = dense.parameters().get(p);
      float[] values = new float[parameter.size()];
      if (!parameter.optimizerState()) {
        fill(values, parameter.name(), seed, fanIn.get(layer(parameter.name())));
      }
      dense.write(p, values);
    }
  }

  private static void fill(float[] values, String name, long seed, int fanIn) {
    float bound = (float) (1 / Math.sqrt(fanIn));
    long base = InitialRows.mix64(seed) + GOLDEN * fnv1a(name);
    for (int i = 0; i < values.length; i++) {
      long key = InitialRows.mix64(base + GOLDEN * i);
      values[i] = ((key >>> 40) * 0x1p-23f - 1f) * bound;
    }
  }

  /** The layer of a parameter: {@code top.0} for {@code top.0.weight}. */
  private static String layer(String parameter) {
    return parameter.substring(0, parameter.lastIndexOf('.'));
  }

  private static long fnv1a(String name) {
    long hash = 0xCBF29CE484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001B3L;
    }
    return hash;
  }
}
