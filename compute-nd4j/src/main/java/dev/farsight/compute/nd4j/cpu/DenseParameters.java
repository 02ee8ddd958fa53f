package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat.StatePart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The dense parameters of a step, in tape order, and behind them the parts of their optimizer's
 * state.
 */
final class DenseParameters implements DenseState {

  private final Map<String, DenseParameter> byName = new LinkedHashMap<>();
  private final List<Parameter> parameters = new ArrayList<>();

  /** Values by position. */
  private final List<Matrix> matrices = new ArrayList<>();

  DenseParameters(Tape tape, UpdateRule rule, NativeMemory memory) {
    for (var parameter : tape.parameters()) {
      List<Integer> shape = parameter.shape();
      var state = new ArrayList<Matrix>();
      for (StatePart part : rule.denseState()) {
        state.add(matrix(shape, part.start(), memory));
      }
      var value = matrix(shape, 0, memory);
      var own = new DenseParameter(parameter.name(), shape, value, List.copyOf(state));
      byName.put(own.name(), own);
      parameters.add(new Parameter(own.name(), shape, false));
      matrices.add(value);
    }
    for (int p = 0; p < rule.denseState().size(); p++) {
      String suffix = "." + rule.denseState().get(p).name();
      for (DenseParameter own : byName.values()) {
        parameters.add(new Parameter(own.name() + suffix, own.shape(), true));
        matrices.add(own.state().get(p));
      }
    }
  }

  /** A matrix of [out][in], or of one row for a vector. */
  private static Matrix matrix(List<Integer> shape, float start, NativeMemory memory) {
    int width = shape.get(shape.size() - 1);
    var matrix = memory.matrix(shape.size() == 1 ? 1 : shape.get(0), width);
    for (int i = 0; start != 0 && i < matrix.floats().capacity(); i++) {
      matrix.floats().put(i, start);
    }
    return matrix;
  }

  /** The parameter of a name. */
  DenseParameter get(String name) {
    return byName.get(name);
  }

  @Override
  public List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  @Override
  public void read(int parameter, float[] into) {
    var floats = matrices.get(parameter).floats();
    floats.get(0, into, 0, floats.capacity());
  }

  @Override
  public void write(int parameter, float[] from) {
    var floats = matrices.get(parameter).floats();
    floats.put(0, from, 0, floats.capacity());
  }
}
