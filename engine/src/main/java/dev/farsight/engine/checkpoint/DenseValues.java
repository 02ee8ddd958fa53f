package dev.farsight.engine.checkpoint;

import dev.farsight.api.compute.DenseState;
import dev.farsight.engine.model.ModelDirectory;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The dense parameters and their optimizer state, as saved in a checkpoint.
 *
 * @param parameters names and shapes
 * @param values values of each parameter, by position in {@code parameters}
 */
@SuppressWarnings("ArrayRecordComponent")
public record DenseValues(List<DenseState.Parameter> parameters, float[][] values) {

  static DenseValues of(DenseState dense) {
    return new DenseValues(dense.parameters(), ModelDirectory.values(dense));
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(parameters.size());
    for (int p = 0; p < values.length; p++) {
      DenseState.Parameter parameter = parameters.get(p);
      out.writeUTF(parameter.name());
      out.writeBoolean(parameter.optimizerState());
      out.writeInt(parameter.shape().size());
      for (int size : parameter.shape()) {
        out.writeInt(size);
      }
      for (float value : values[p]) {
        out.writeFloat(value);
      }
    }
  }

  static DenseValues read(DataInputStream in) throws IOException {
    var parameters = new ArrayList<DenseState.Parameter>();
    var values = new float[in.readInt()][];
    for (int p = 0; p < values.length; p++) {
      String name = in.readUTF();
      boolean optimizerState = in.readBoolean();
      List<Integer> shape = new ArrayList<>();
      int dimensions = in.readInt();
      for (int d = 0; d < dimensions; d++) {
        shape.add(in.readInt());
      }
      parameters.add(new DenseState.Parameter(name, shape, optimizerState));
      values[p] = new float[parameters.get(p).size()];
      for (int i = 0; i < values[p].length; i++) {
        values[p][i] = in.readFloat();
      }
    }
    return new DenseValues(parameters, values);
  }
}
