package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.UpdateRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The dense parameters, their optimizer state and their latest gradients. */
final class Parameters implements DenseState, AutoCloseable {

  private final OptimizerSpec optimizer;
  private final List<Dense> parameters = new ArrayList<>();

  Parameters(OptimizerSpec optimizer) {
    this.optimizer = optimizer;
  }

  /** One parameter. */
  final class Dense {

    private final String name;
    private final INDArray values;
    private final INDArray state;
    private INDArray gradient;

    private Dense(String name, long[] shape) {
      this.name = name;
      this.values = Nd4j.create(DataType.FLOAT, shape);
      this.state =
          optimizer.dense().denseState().isEmpty() ? null : Nd4j.create(DataType.FLOAT, shape);
    }

    INDArray values() {
      return values;
    }

    void gradient(INDArray gradient) {
      this.gradient = gradient;
    }

    private void update(float learningRate) {
      if (gradient == null) {
        return;
      }
      INDArray change = gradient.mul(learningRate);
      if (state != null) {
        state.addi(gradient.mul(gradient));
        change.divi(Transforms.sqrt(state).addi(UpdateRule.DEFAULT_EPS));
      }
      values.subi(change);
      gradient = null;
    }
  }

  /** A new parameter, all zeros. */
  Dense add(String name, long... shape) {
    var parameter = new Dense(name, shape);
    parameters.add(parameter);
    return parameter;
  }

  /** Updates every parameter that got a gradient. */
  void update(float learningRate) {
    parameters.forEach(parameter -> parameter.update(learningRate));
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> described = new ArrayList<>();
    parameters.forEach(p -> described.add(new Parameter(p.name, shape(p), false)));
    if (!optimizer.dense().denseState().isEmpty()) {
      parameters.forEach(p -> described.add(new Parameter(p.name + ".adagrad", shape(p), true)));
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
    int count = parameters.size();
    return parameter < count
        ? parameters.get(parameter).values
        : parameters.get(parameter - count).state;
  }

  long bytes() {
    return parameters.stream()
        .mapToLong(p -> (p.state == null ? 1 : 2) * p.values.length() * Float.BYTES)
        .sum();
  }

  @Override
  public void close() {
    for (Dense parameter : parameters) {
      parameter.values.close();
      if (parameter.state != null) {
        parameter.state.close();
      }
    }
  }
}
