package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.OptimizerSpec;
import java.util.ArrayList;
import java.util.List;

/** The dense parameters of a step, in tape order, and behind them the states of their optimizer. */
final class DenseParameters implements DenseState {

  private final NativeMemory memory;
  private final boolean stateful;
  private final List<DenseParameter> parameters = new ArrayList<>();

  DenseParameters(OptimizerSpec optimizer, NativeMemory memory) {
    this.memory = memory;
    this.stateful = !optimizer.dense().denseState().isEmpty();
  }

  /** Adds the parameters of a linear layer. */
  Layer layer(String name, int in, int out, boolean relu) {
    return new Layer(
        add(name + ".weight", List.of(out, in), out, in),
        add(name + ".bias", List.of(out), 1, out),
        relu);
  }

  private DenseParameter add(String name, List<Integer> shape, int rows, int width) {
    var state = stateful ? memory.matrix(rows, width) : null;
    var parameter = new DenseParameter(name, shape, memory.matrix(rows, width), state);
    parameters.add(parameter);
    return parameter;
  }

  @Override
  public List<Parameter> parameters() {
    var all = new ArrayList<Parameter>();
    for (var p : parameters) {
      all.add(new Parameter(p.name(), p.shape(), false));
    }
    if (stateful) {
      for (var p : parameters) {
        all.add(new Parameter(p.name() + ".adagrad", p.shape(), true));
      }
    }
    return List.copyOf(all);
  }

  @Override
  public void read(int parameter, float[] into) {
    matrix(parameter).floats().get(0, into, 0, size(parameter));
  }

  @Override
  public void write(int parameter, float[] from) {
    matrix(parameter).floats().put(0, from, 0, size(parameter));
  }

  private Matrix matrix(int parameter) {
    int count = parameters.size();
    return parameter < count
        ? parameters.get(parameter).value()
        : parameters.get(parameter - count).state();
  }

  private int size(int parameter) {
    return matrix(parameter).floats().capacity();
  }
}
