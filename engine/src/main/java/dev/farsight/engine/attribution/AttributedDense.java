package dev.farsight.engine.attribution;

import dev.farsight.api.compute.DenseState;
import java.util.List;

/** A plugin's dense parameters. */
record AttributedDense(DenseState dense, PluginCalls calls) implements DenseState {

  @Override
  public List<Parameter> parameters() {
    return calls.get("DenseState.parameters", dense::parameters);
  }

  @Override
  public void read(int parameter, float[] target) {
    calls.run("DenseState.read", () -> dense.read(parameter, target));
  }

  @Override
  public void write(int parameter, float[] source) {
    calls.run("DenseState.write", () -> dense.write(parameter, source));
  }
}
