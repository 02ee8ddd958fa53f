package dev.farsight.onnx;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.export.ExportedModel;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.internal.Sizes;
import java.util.HashMap;
import java.util.Map;

/** The dense parameters of a model, by name, without the state of their optimizer. */
final class Parameters {

  /** Protobuf's limit for a file is 2^31 - 1 bytes, which the graph itself must fit in too. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - (64L << 20);

  private final ExportedModel model;
  private final Map<String, Integer> positions = new HashMap<>();

  /**
   * @throws FarsightException if they are too large for an ONNX file
   */
  Parameters(ExportedModel model) {
    this.model = model;
    long bytes = 0;
    for (int p = 0; p < model.parameters().size(); p++) {
      DenseState.Parameter parameter = model.parameters().get(p);
      if (!parameter.optimizerState()) {
        positions.put(parameter.name(), p);
        bytes += (long) parameter.size() * Float.BYTES;
      }
    }
    if (bytes > MOST_BYTES) {
      throw new FarsightException(
          "onnx: the dense parameters have "
              + Sizes.text(bytes)
              + ", and an ONNX file can have no more than 2 GiB; export as npy");
    }
  }

  /** Adds a parameter to a graph; returns its name there. */
  String addTo(Graph graph, String name) {
    Integer position = positions.get(name);
    if (position == null) {
      throw new FarsightException(
          "onnx: an op of the model has the parameter "
              + Quoted.of(name)
              + ", which is not among its dense parameters");
    }
    return graph.floats(name, model.parameters().get(position).shape(), model.values(position));
  }
}
