package dev.farsight.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An ONNX graph under construction. Values are known by name, and a method that adds one returns
 * its name. All inputs and outputs are float32, and their first dimension is the batch. Not
 * thread-safe.
 */
final class Graph {

  private static final String BATCH = "batch";

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("farsight");
  private final Set<String> initializers = new HashSet<>();

  /**
   * Adds an input; of equal names only one.
   *
   * @param shape without the batch
   */
  String input(String name, long... shape) {
    if (graph.getInputList().stream().noneMatch(input -> input.getName().equals(name))) {
      graph.addInput(info(name, shape));
    }
    return name;
  }

  /**
   * Declares a value of the graph as an output.
   *
   * @param shape without the batch
   */
  void output(String name, long... shape) {
    graph.addOutput(info(name, shape));
  }

  private static ValueInfoProto info(String name, long... shape) {
    var sizes = TensorShapeProto.newBuilder().addDim(Dimension.newBuilder().setDimParam(BATCH));
    for (long size : shape) {
      sizes.addDim(Dimension.newBuilder().setDimValue(size));
    }
    var tensor =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT.getNumber())
            .setShape(sizes);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /**
   * Adds a node.
   *
   * @param output name of its only output, and of the node
   * @param type such as {@code Gemm}
   */
  String node(String output, String type, List<String> inputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName(output)
            .setOpType(type)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(Arrays.asList(attributes)));
    return output;
  }

  /** Adds a tensor of constant values; of equal names only one. */
  String floats(String name, List<Integer> shape, float... values) {
    if (initializers.add(name)) {
      ByteBuffer bytes = littleEndian(values.length * Float.BYTES);
      bytes.asFloatBuffer().put(values);
      TensorProto.Builder tensor = tensor(name, TensorProto.DataType.FLOAT, bytes);
      shape.forEach(tensor::addDims);
      graph.addInitializer(tensor);
    }
    return name;
  }

  /** Adds a list of constant integers; of equal names only one. */
  String integers(String name, long... values) {
    if (initializers.add(name)) {
      ByteBuffer bytes = littleEndian(values.length * Long.BYTES);
      bytes.asLongBuffer().put(values);
      graph.addInitializer(tensor(name, TensorProto.DataType.INT64, bytes).addDims(values.length));
    }
    return name;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static TensorProto.Builder tensor(
      String name, TensorProto.DataType type, ByteBuffer bytes) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(type.getNumber())
        .setRawData(ByteString.copyFrom(bytes));
  }

  /** An attribute of a node. */
  static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  /** An attribute of a node. */
  static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  /** An attribute of a node. */
  static AttributeProto attribute(String name, List<Long> values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(values)
        .build();
  }

  GraphProto build() {
    return graph.build();
  }
}
