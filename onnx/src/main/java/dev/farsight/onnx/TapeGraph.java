package dev.farsight.onnx;

import com.typesafe.config.ConfigException;
import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Adds the ops of a tape to a graph. A value is {@code [batch][features * width]} (flat) or {@code
 * [batch][features][width]} (vectors); ops take whichever they need.
 */
final class TapeGraph {

  private final Graph graph;
  private final Parameters parameters;
  private final List<Value> values = new ArrayList<>();

  private TapeGraph(Graph graph, Parameters parameters) {
    this.graph = graph;
    this.parameters = parameters;
  }

  /**
   * Adds the ops of a model.
   *
   * @return the name of its logits, {@code [batch][1]}
   * @throws FarsightException for an op that is not known here, or damaged
   */
  static String add(Description model, Parameters parameters, Graph graph) {
    var tape = new TapeGraph(graph, parameters);
    try {
      for (TapeOp op : model.ops()) {
        tape.values.add(tape.value(op));
      }
      return tape.values.get(model.logits()).flat();
    } catch (ConfigException | IndexOutOfBoundsException e) {
      throw new FarsightException(
          "onnx: the description of the model is damaged: "
              + Quoted.of(String.valueOf(e.getMessage())),
          e);
    }
  }

  private Value value(TapeOp op) {
    String name = values.size() + "/" + op.name();
    return switch (op.name()) {
      case "dense" -> flat(op, graph.input(DensePart.DENSE, op.width()));
      case "embedding-bag" ->
          vectors(op, graph.input(DensePart.EMBEDDINGS, op.features(), op.width()));
      case "linear" -> flat(op, linear(op, name));
      case "pairwise" -> flat(op, pairwise(op, name));
      case "concat" ->
          flat(op, graph.node(name, "Concat", flatInputs(op), Graph.attribute("axis", 1)));
      case "slice" -> vectors(op, slice(op, name));
      case "add" -> flat(op, graph.node(name, "Sum", flatInputs(op)));
      case "multiply" -> flat(op, graph.node(name, "Mul", flatInputs(op)));
      case "sum" -> flat(op, sum(name, input(op, 0).flat(), true));
      case "cross" -> flat(op, cross(op, name));
      case "factorization-machine" -> flat(op, factorizationMachine(op, name));
      case "layer-norm" -> flat(op, layerNorm(op, name));
      case "dropout" -> input(op, 0);
      default ->
          throw new FarsightException(
              "onnx: the model has an op "
                  + Quoted.of(op.name())
                  + ", which this version of Farsight cannot write as ONNX; export it as npy");
    };
  }

  private Value flat(TapeOp op, String flat) {
    return new Value(graph, op.features(), op.width(), flat, null);
  }

  private Value vectors(TapeOp op, String vectors) {
    return new Value(graph, op.features(), op.width(), null, vectors);
  }

  private Value input(TapeOp op, int position) {
    return values.get(op.input(position));
  }

  private List<String> flatInputs(TapeOp op) {
    return op.inputs().stream().map(i -> values.get(i).flat()).toList();
  }

  private String linear(TapeOp op, String name) {
    String activation = op.text("activation");
    String x = input(op, 0).flat();
    return switch (activation) {
      case "none" -> affine(name, x, parameter(op, 0), parameter(op, 1));
      case "relu", "sigmoid", "tanh" ->
          graph.node(
              name,
              Character.toUpperCase(activation.charAt(0)) + activation.substring(1),
              List.of(affine(name + "/affine", x, parameter(op, 0), parameter(op, 1))));
      default ->
          throw new FarsightException(
              "onnx: the model has an activation "
                  + Quoted.of(activation)
                  + ", which this version of Farsight cannot write as ONNX; export it as npy");
    };
  }

  private String parameter(TapeOp op, int position) {
    return parameters.addTo(graph, op.parameter(position));
  }

  /** x W^T, plus the bias if one is given. */
  private String affine(String name, String x, String... weightAndBias) {
    return graph.node(
        name,
        "Gemm",
        Stream.concat(Stream.of(x), Stream.of(weightAndBias)).toList(),
        Graph.attribute("transB", 1));
  }

  private String pairwise(TapeOp op, String name) {
    Value x = input(op, 0);
    Value bag = input(op, 1);
    String vectors =
        graph.node(
            name + "/vectors",
            "Concat",
            List.of(x.vectors(), bag.vectors()),
            Graph.attribute("axis", 1));
    String transposed =
        graph.node(
            name + "/transposed",
            "Transpose",
            List.of(vectors),
            Graph.attribute("perm", List.of(0L, 2L, 1L)));
    String products = graph.node(name + "/products", "MatMul", List.of(vectors, transposed));
    int n = 1 + bag.features();
    String square = new Value(graph, n, n, null, products).flat();
    String pairs =
        graph.node(
            name + "/pairs",
            "Gather",
            List.of(square, graph.integers(name + "/upper", upperTriangle(n))),
            Graph.attribute("axis", 1));
    return graph.node(name, "Concat", List.of(x.flat(), pairs), Graph.attribute("axis", 1));
  }

  /** Positions, in a matrix of n rows, of the elements to the right of the diagonal. */
  private static long[] upperTriangle(int n) {
    return LongStream.range(0, (long) n * n).filter(at -> at % n > at / n).toArray();
  }

  private String slice(TapeOp op, String name) {
    int from = op.integer("from");
    return graph.node(
        name,
        "Slice",
        List.of(
            input(op, 0).vectors(), integer(from), integer((long) from + op.width()), integer(2)));
  }

  private String integer(long value) {
    return graph.integers("integer/" + value, value);
  }

  /** The sum over the first axis after the batch, which stays with size 1 or is left out. */
  private String sum(String name, String x, boolean keepAxis) {
    return graph.node(
        name, "ReduceSum", List.of(x, integer(1)), Graph.attribute("keepdims", keepAxis ? 1 : 0));
  }

  private String cross(TapeOp op, String name) {
    String x0 = input(op, 0).flat();
    String x = input(op, 1).flat();
    String inner =
        op.integer("rank") == 0
            ? affine(name + "/inner", x, parameter(op, 0), parameter(op, 1))
            : affine(
                name + "/inner",
                affine(name + "/low", x, parameter(op, 0)),
                parameter(op, 1),
                parameter(op, 2));
    String crossed = graph.node(name + "/crossed", "Mul", List.of(x0, inner));
    return graph.node(name, "Add", List.of(crossed, x));
  }

  private String factorizationMachine(TapeOp op, String name) {
    String x = input(op, 0).vectors();
    String sum = sum(name + "/sum", x, false);
    String squaredSum = graph.node(name + "/squared-sum", "Mul", List.of(sum, sum));
    String squares = graph.node(name + "/squares", "Mul", List.of(x, x));
    String sumOfSquares = sum(name + "/sum-of-squares", squares, false);
    String twice = graph.node(name + "/twice", "Sub", List.of(squaredSum, sumOfSquares));
    String half = graph.floats("half", List.of(), 0.5f);
    return graph.node(name, "Mul", List.of(twice, half));
  }

  private String layerNorm(TapeOp op, String name) {
    return graph.node(
        name,
        "LayerNormalization",
        List.of(input(op, 0).flat(), parameter(op, 0), parameter(op, 1)),
        Graph.attribute("axis", -1),
        Graph.attribute("epsilon", op.number("eps")));
  }
}
