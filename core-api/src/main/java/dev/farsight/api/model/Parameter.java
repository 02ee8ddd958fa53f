package dev.farsight.api.model;

import java.util.List;

/**
 * A dense parameter of an op, and what it is before the first step.
 *
 * @param name unique on the tape: {@code OP.weight}, {@code OP.bias} and so on
 * @param shape row-major
 * @param start how its initial values are drawn
 * @param scale the bound, standard deviation or value, as {@code start} says
 */
public record Parameter(String name, List<Integer> shape, Start start, float scale) {

  /** How initial values are drawn. */
  public enum Start {
    /** Uniform in +-scale. */
    UNIFORM,

    /** Normal with mean 0 and standard deviation scale. */
    NORMAL,

    /** All equal to scale. */
    CONSTANT
  }

  public Parameter {
    shape = List.copyOf(shape);
  }

  static Parameter uniform(String name, double bound, Integer... shape) {
    return new Parameter(name, List.of(shape), Start.UNIFORM, (float) bound);
  }

  /** Xavier's normal distribution, for a matrix of [out][in]. */
  static Parameter xavier(String name, int out, int in) {
    return new Parameter(
        name, List.of(out, in), Start.NORMAL, (float) Math.sqrt(2.0 / ((double) out + in)));
  }

  static Parameter constant(String name, float value, int size) {
    return new Parameter(name, List.of(size), Start.CONSTANT, value);
  }

  /** How many values the parameter has. */
  public int size() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }
}
