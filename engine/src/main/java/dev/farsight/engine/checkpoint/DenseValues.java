package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.internal.Quoted;
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

  /**
   * The values of a parameter.
   *
   * @throws FarsightException if it is missing, or has another shape
   */
  public float[] of(DenseState.Parameter wanted) {
    for (int p = 0; p < values.length; p++) {
      DenseState.Parameter parameter = parameters.get(p);
      if (parameter.name().equals(wanted.name())) {
        if (!parameter.shape().equals(wanted.shape())) {
          throw new FarsightException(
              "the saved parameter %s has the shape %s, not %s"
                  .formatted(Quoted.of(wanted.name()), parameter.shape(), wanted.shape()));
        }
        return values[p];
      }
    }
    throw new FarsightException("the saved model has no parameter " + Quoted.of(wanted.name()));
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

  /**
   * @param bytes length of the file: what its counts promise must fit
   * @throws IllegalArgumentException if it does not, or if something follows
   */
  static DenseValues read(DataInputStream in, long bytes) throws IOException {
    var parameters = new ArrayList<DenseState.Parameter>();
    var values = new ArrayList<float[]>();
    int count = in.readInt();
    for (int p = 0; p < count; p++) {
      String name = in.readUTF();
      boolean optimizerState = in.readBoolean();
      List<Integer> shape = new ArrayList<>();
      int dimensions = in.readInt();
      long size = 1;
      for (int d = 0; d < dimensions; d++) {
        shape.add(in.readInt());
        size = size * shape.get(d);
        if (shape.get(d) < 0 || size > Math.min(bytes / Float.BYTES, Integer.MAX_VALUE - 8)) {
          throw new IllegalArgumentException(
              "%s has the shape %s, larger than the file"
                  .formatted(Quoted.of(name), Quoted.of(shape.toString())));
        }
      }
      parameters.add(new DenseState.Parameter(name, shape, optimizerState));
      var read = new float[(int) size];
      for (int i = 0; i < read.length; i++) {
        read[i] = in.readFloat();
      }
      values.add(read);
    }
    if (in.read() >= 0) {
      throw new IllegalArgumentException("it has more than its values");
    }
    return new DenseValues(parameters, values.toArray(float[][]::new));
  }
}
