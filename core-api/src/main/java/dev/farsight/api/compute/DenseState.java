package dev.farsight.api.compute;

import java.util.List;

/**
 * The dense parameters of a compiled step and the state of their optimizer, by position. Order and
 * names are those of {@link dev.farsight.api.model.Tape#parameters}: {@code bottom.0.weight},
 * {@code bottom.0.bias}, ...; then, for each {@linkplain UpdateRule#denseState part of the
 * optimizer's state}, the same parameters in the same order: {@code bottom.0.weight.adagrad} and so
 * on. Before the first step, parameters are 0 and state has its start values.
 */
public interface DenseState {

  /** Name and shape of a parameter or of its optimizer state; row-major. */
  record Parameter(String name, List<Integer> shape, boolean optimizerState) {

    public Parameter {
      shape = List.copyOf(shape);
    }

    /** How many values the parameter has. */
    public int size() {
      int size = 1;
      for (int s : shape) {
        size *= s;
      }
      return size;
    }
  }

  List<Parameter> parameters();

  /** Copies a parameter's values to {@code target}. */
  void read(int parameter, float[] target);

  /** Replaces a parameter's values by those of {@code source}. */
  void write(int parameter, float[] source);
}
