package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.table.RowFormat.StatePart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The dense parameters, their optimizer state and their latest gradients. */
final class Parameters implements DenseState, AutoCloseable {

  private final UpdateRule rule;
  private final List<Dense> parameters = new ArrayList<>();

  Parameters(OptimizerSpec optimizer) {
    this.rule = optimizer.dense();
  }

  /** One parameter. */
  final class Dense {

    private final String name;
    private final INDArray values;
    private final INDArray[] state;
    private INDArray gradient;

    private Dense(String name, long[] shape) {
      this.name = name;
      this.values = Nd4j.create(DataType.FLOAT, shape);
      this.state =
          rule.denseState().stream()
              .map(part -> Nd4j.valueArrayOf(shape, part.start(), DataType.FLOAT))
              .toArray(INDArray[]::new);
    }

    INDArray values() {
      return values;
    }

    void gradient(INDArray gradient) {
      this.gradient = gradient;
    }

    private void update(float learningRate, long updates) {
      if (gradient == null) {
        return;
      }
      INDArray shaped = gradient.reshape('c', values.shape());
      RuleUpdates.apply(rule, values, state, shaped, learningRate, updates);
      gradient = null;
    }
  }

  /** A new parameter, all zeros. */
  Dense add(String name, long... shape) {
    var parameter = new Dense(name, shape);
    parameters.add(parameter);
    return parameter;
  }

  /**
   * Updates every parameter that got a gradient.
   *
   * @param updates made before this one
   */
  void update(float learningRate, long updates) {
    parameters.forEach(parameter -> parameter.update(learningRate, updates));
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> described = new ArrayList<>();
    parameters.forEach(p -> described.add(new Parameter(p.name, shape(p), false)));
    for (StatePart part : rule.denseState()) {
      parameters.forEach(
          p -> described.add(new Parameter(p.name + "." + part.name(), shape(p), true)));
    }
    return List.copyOf(described);
  }

  private static List<Integer> shape(Dense parameter) {
    return Arrays.stream(parameter.values.shape()).mapToObj(Math::toIntExact).toList();
  }

  @Override
  public void read(int parameter, float[] into) {
    float[] values = RowMajor.toHost(array(parameter));
    System.arraycopy(values, 0, into, 0, values.length);
  }

  @Override
  public void write(int parameter, float[] from) {
    INDArray array = array(parameter);
    array.assign(Nd4j.create(from, array.shape()));
  }

  private INDArray array(int parameter) {
    Dense dense = parameters.get(parameter % parameters.size());
    int part = parameter / parameters.size() - 1;
    return part < 0 ? dense.values : dense.state[part];
  }

  long bytes() {
    return parameters.stream()
        .mapToLong(p -> (1L + p.state.length) * p.values.length() * Float.BYTES)
        .sum();
  }

  @Override
  public void close() {
    for (Dense parameter : parameters) {
      parameter.values.close();
      for (INDArray part : parameter.state) {
        part.close();
      }
    }
  }
}
