package dev.farsight.engine.model;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.internal.npy.NpyHeader;
import java.util.ArrayList;
import java.util.List;

/** The dense parameters of a {@link SavedModel}, and their optimizer state. */
record SavedDense(SavedFiles files) {

  /**
   * Names and shapes of the saved dense parameters.
   *
   * @throws FarsightException if a file is missing or damaged
   */
  List<DenseState.Parameter> parameters() {
    var parameters = new ArrayList<DenseState.Parameter>();
    for (String name : files.manifest().dense()) {
      try (var npy = open(name)) {
        // The file has as many values, and an array cannot have more.
        files.require(
            npy.shape().stream().allMatch(size -> size <= Integer.MAX_VALUE)
                && npy.shape().stream().reduce(1L, Math::multiplyExact) <= Integer.MAX_VALUE - 8,
            "has the parameter " + Quoted.of(name) + " of shape " + npy.shape() + ", too large");
        List<Integer> shape = npy.shape().stream().map(Long::intValue).toList();
        parameters.add(new DenseState.Parameter(name, shape, isState(name)));
      }
    }
    return parameters;
  }

  /** Whether a name is that of optimizer state: {@code PARAMETER.PART}. */
  private boolean isState(String name) {
    int dot = name.lastIndexOf('.');
    return dot >= 0 && has(name.substring(0, dot));
  }

  /**
   * Reads the saved values of dense parameters.
   *
   * @throws FarsightException if a parameter is missing, or has another shape
   */
  float[][] load(List<DenseState.Parameter> parameters) {
    return parameters.stream().map(this::load).toArray(float[][]::new);
  }

  private float[] load(DenseState.Parameter parameter) {
    files.require(
        has(parameter.name()),
        "has no parameter "
            + Quoted.of(parameter.name())
            + (parameter.optimizerState() ? ModelFit.WEIGHTS_ONLY : ""));
    try (var npy = open(parameter.name())) {
      npy.requireShape(parameter.shape().stream().map(Integer::longValue).toList());
      float[] values = new float[parameter.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = npy.nextFloat();
      }
      npy.finish();
      return values;
    }
  }

  private NpyReader open(String name) {
    return files.open("dense", name, ".npy", NpyHeader.FLOAT32);
  }

  private boolean has(String name) {
    return files.manifest().dense().contains(name);
  }
}
