package dev.farsight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every op, run by ONNX Runtime, gives what its definition gives in double precision. An op's value
 * is read through a linear layer of random weights, which follows it.
 */
class TapeGraphTest {

  private static final long SEED = 11;
  private static final int SAMPLES = 5;
  private static final int FEATURES = 4;
  private static final int DIM = 3;

  /** Values 0 and 1 of each tape: the dense values are as wide as a row. */
  private static final List<String> INPUTS =
      List.of(
          "{ op = dense, inputs = [], shape = [1, 3] }",
          "{ op = embedding-bag, inputs = [], shape = [4, 3] }");

  @TempDir private Path folder;

  private final Random random = new Random(SEED);
  private final Map<String, double[]> parameters = new HashMap<>();

  private float[] drawn(int count) {
    var values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private void add(SmallModel model, String name, List<Integer> shape) {
    float[] values = drawn(shape.stream().mapToInt(n -> n).reduce(1, (a, b) -> a * b));
    parameters.put(name, doubles(values));
    model.with(name, shape, values);
  }

  private static double[] doubles(float... values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  /** A parameter of an op under test, with its shape. */
  private record Shaped(String name, List<Integer> shape) {}

  /**
   * Compares one op.
   *
   * @param op value 2; its inputs are the dense values, 0, and the vectors, 1
   * @param size how many values it gives
   * @param expected those values, from the dense values and the vectors of a sample
   */
  private void compare(
      String op, int size, BiFunction<double[], double[][], double[]> expected, Shaped... shaped)
      throws IOException, OrtException {
    var ops = new ArrayList<>(INPUTS);
    ops.add(op);
    ops.add(
        "{ op = linear, inputs = [2], parameters = [l.weight, l.bias], activation = none, shape = [1, 1] }");
    SmallModel model = SmallModel.ofOps(ops);
    for (Shaped parameter : shaped) {
      add(model, parameter.name(), parameter.shape());
    }
    add(model, "l.weight", List.of(1, size));
    add(model, "l.bias", List.of(1));
    new OnnxFormat().write(model, folder);
    float[] dense = drawn(SAMPLES * DIM);
    float[] rows = drawn(SAMPLES * FEATURES * DIM);
    float[] logits;
    float[] probabilities;
    try (var open = new OpenModel(folder.resolve("model.onnx"))) {
      Map<String, float[]> inputs = new HashMap<>();
      if (open.session().getInputNames().contains("dense")) {
        inputs.put("dense", dense);
      }
      inputs.put("embeddings", rows);
      var shapes =
          Map.of(
              "dense", new long[] {SAMPLES, DIM},
              "embeddings", new long[] {SAMPLES, FEATURES, DIM});
      logits = open.run("logit", inputs, shapes);
      probabilities = open.run("probability", inputs, shapes);
    }
    assertThat(logits).hasSize(SAMPLES);
    for (int s = 0; s < SAMPLES; s++) {
      double[] x = doubles(Arrays.copyOfRange(dense, s * DIM, (s + 1) * DIM));
      var vectors = new double[FEATURES][];
      for (int f = 0; f < FEATURES; f++) {
        int from = (s * FEATURES + f) * DIM;
        vectors[f] = doubles(Arrays.copyOfRange(rows, from, from + DIM));
      }
      double[] value = expected.apply(x, vectors);
      assertThat(value).hasSize(size);
      double logit = affine("l", value)[0];
      assertThat((double) logits[s])
          .as("seed %d, sample %d", SEED, s)
          .isCloseTo(logit, offset(1e-4));
      assertThat((double) probabilities[s]).isCloseTo(1 / (1 + Math.exp(-logit)), offset(1e-5));
    }
  }

  /** W x + b, of the parameters NAME.weight and NAME.bias. */
  private double[] affine(String name, double... x) {
    double[] bias = parameters.get(name + ".bias");
    double[] result = times(name + ".weight", bias.length, x);
    for (int o = 0; o < bias.length; o++) {
      result[o] += bias[o];
    }
    return result;
  }

  /** W x, of a matrix with a number of rows. */
  private double[] times(String name, int outputs, double... x) {
    double[] weight = parameters.get(name);
    var result = new double[outputs];
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < x.length; i++) {
        result[o] += weight[o * x.length + i] * x[i];
      }
    }
    return result;
  }

  private static double[] all(double[][] vectors) {
    return Arrays.stream(vectors).flatMapToDouble(Arrays::stream).toArray();
  }

  @Test
  void linearLayersAndTheirActivations() throws Exception {
    Map<String, BiFunction<Double, Double, Double>> activations =
        Map.of(
            "none", (x, zero) -> x,
            "relu", Math::max,
            "sigmoid", (x, zero) -> 1 / (1 + Math.exp(-x)),
            "tanh", (x, zero) -> Math.tanh(x));
    for (var activation : activations.entrySet()) {
      folder = Files.createDirectory(folder.resolve(activation.getKey()));
      compare(
          "{ op = linear, inputs = [1], parameters = [x.weight, x.bias], activation = %s, shape = [1, 7] }"
              .formatted(activation.getKey()),
          7,
          (dense, vectors) ->
              Arrays.stream(affine("x", all(vectors)))
                  .map(x -> activation.getValue().apply(x, 0.0))
                  .toArray(),
          new Shaped("x.weight", List.of(7, FEATURES * DIM)),
          new Shaped("x.bias", List.of(7)));
    }
  }

  @Test
  void pairwiseInteractions() throws Exception {
    compare(
        "{ op = pairwise, inputs = [0, 1], shape = [1, 13] }",
        DIM + FEATURES * (FEATURES + 1) / 2,
        (dense, vectors) -> {
          var all = new ArrayList<double[]>(List.of(dense));
          all.addAll(List.of(vectors));
          var result = new ArrayList<Double>();
          Arrays.stream(dense).forEach(result::add);
          for (int i = 0; i < all.size(); i++) {
            for (int j = i + 1; j < all.size(); j++) {
              double dot = 0;
              for (int d = 0; d < DIM; d++) {
                dot += all.get(i)[d] * all.get(j)[d];
              }
              result.add(dot);
            }
          }
          return result.stream().mapToDouble(x -> x).toArray();
        });
  }

  @Test
  void concat() throws Exception {
    compare(
        "{ op = concat, inputs = [1, 0, 0], shape = [1, 18] }",
        18,
        (dense, vectors) -> {
          double[] result = Arrays.copyOf(all(vectors), 18);
          System.arraycopy(dense, 0, result, 12, DIM);
          System.arraycopy(dense, 0, result, 15, DIM);
          return result;
        });
  }

  @Test
  void slice() throws Exception {
    compare(
        "{ op = slice, inputs = [1], from = 1, shape = [4, 2] }",
        8,
        (dense, vectors) ->
            Arrays.stream(vectors).flatMapToDouble(v -> Arrays.stream(v, 1, 3)).toArray());
  }

  @Test
  void addMultiplySumAndDropout() throws Exception {
    String[] ops = {
      "{ op = add, inputs = [1, 1, 1], shape = [4, 3] }",
      "{ op = multiply, inputs = [1, 1], shape = [4, 3] }",
      "{ op = dropout, inputs = [1], shape = [4, 3] }"
    };
    List<BiFunction<Double, Double, Double>> expected =
        List.of((x, three) -> three * x, (x, three) -> x * x, (x, three) -> x);
    for (int i = 0; i < ops.length; i++) {
      folder = Files.createDirectory(folder.resolve("op" + i));
      var function = expected.get(i);
      compare(
          ops[i],
          12,
          (dense, vectors) ->
              Arrays.stream(all(vectors)).map(x -> function.apply(x, 3.0)).toArray());
    }
    folder = Files.createDirectory(folder.resolve("sum"));
    compare(
        "{ op = sum, inputs = [1], shape = [1, 1] }",
        1,
        (dense, vectors) -> new double[] {Arrays.stream(all(vectors)).sum()});
  }

  @Test
  void crossLayers() throws Exception {
    compare(
        "{ op = cross, inputs = [1, 1], parameters = [x.weight, x.bias], rank = 0, shape = [1, 12] }",
        12,
        (dense, vectors) -> crossed(all(vectors), affine("x", all(vectors))),
        new Shaped("x.weight", List.of(12, 12)),
        new Shaped("x.bias", List.of(12)));
    folder = Files.createDirectory(folder.resolve("low-rank"));
    compare(
        "{ op = cross, inputs = [1, 1], parameters = [x.v, x.weight, x.bias], rank = 2, shape = [1, 12] }",
        12,
        (dense, vectors) -> crossed(all(vectors), affine("x", times("x.v", 2, all(vectors)))),
        new Shaped("x.v", List.of(2, 12)),
        new Shaped("x.weight", List.of(12, 2)),
        new Shaped("x.bias", List.of(12)));
  }

  private static double[] crossed(double[] x, double[] inner) {
    return IntStream.range(0, x.length).mapToDouble(i -> x[i] * inner[i] + x[i]).toArray();
  }

  @Test
  void factorizationMachine() throws Exception {
    compare(
        "{ op = factorization-machine, inputs = [1], shape = [1, 3] }",
        DIM,
        (dense, vectors) -> {
          var result = new double[DIM];
          for (int i = 0; i < FEATURES; i++) {
            for (int j = i + 1; j < FEATURES; j++) {
              for (int d = 0; d < DIM; d++) {
                result[d] += vectors[i][d] * vectors[j][d];
              }
            }
          }
          return result;
        });
  }

  @Test
  void layerNormalisation() throws Exception {
    compare(
        "{ op = layer-norm, inputs = [1], parameters = [x.weight, x.bias], eps = 0.01, shape = [1, 12] }",
        12,
        (dense, vectors) -> {
          double[] x = all(vectors);
          double mean = Arrays.stream(x).average().orElseThrow();
          double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / 12;
          double[] weight = parameters.get("x.weight");
          double[] bias = parameters.get("x.bias");
          return IntStream.range(0, 12)
              .mapToDouble(i -> (x[i] - mean) / Math.sqrt(variance + 0.01) * weight[i] + bias[i])
              .toArray();
        },
        new Shaped("x.weight", List.of(12)),
        new Shaped("x.bias", List.of(12)));
  }
}
