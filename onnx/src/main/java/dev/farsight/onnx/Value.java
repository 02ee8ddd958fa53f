package dev.farsight.onnx;

import java.util.List;

/** A value of the tape in a graph; the other of its two forms is added when it is asked for. */
final class Value {

  private final Graph graph;
  private final int features;
  private final int width;
  private String flat;
  private String vectors;

  /**
   * @param flat name of the value as {@code [batch][features * width]}; null if it is not there
   * @param vectors name of the value as {@code [batch][features][width]}; null if it is not there
   */
  Value(Graph graph, int features, int width, String flat, String vectors) {
    this.graph = graph;
    this.features = features;
    this.width = width;
    this.flat = flat;
    this.vectors = vectors;
  }

  int features() {
    return features;
  }

  String flat() {
    if (flat == null) {
      flat = reshaped(vectors, "flat", (long) features * width);
    }
    return flat;
  }

  String vectors() {
    if (vectors == null) {
      vectors = reshaped(flat, "vectors", features, width);
    }
    return vectors;
  }

  private String reshaped(String from, String form, long... sizes) {
    String name = from + "/" + form;
    var shape = new long[1 + sizes.length]; // 0: the batch stays as it is
    System.arraycopy(sizes, 0, shape, 1, sizes.length);
    return graph.node(name, "Reshape", List.of(from, graph.integers(name + "/shape", shape)));
  }
}
