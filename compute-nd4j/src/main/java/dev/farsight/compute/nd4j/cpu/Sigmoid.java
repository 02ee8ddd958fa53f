package dev.farsight.compute.nd4j.cpu;

/** {@code 1 / (1 + exp(-x))}, in double: about 10 ns a value. */
final class Sigmoid implements Activation {

  @Override
  public void forward(Matrix values, int at, int count, Scratch scratch) {
    var floats = values.floats();
    float[] z = scratch.a();
    for (int done = 0; done < count; done += Scratch.STRETCH) {
      int n = Math.min(Scratch.STRETCH, count - done);
      floats.get(at + done, z, 0, n);
      for (int i = 0; i < n; i++) {
        z[i] = (float) (1 / (1 + Math.exp(-z[i])));
      }
      floats.put(at + done, z, 0, n);
    }
  }

  /** The slope is {@code y (1 - y)}. */
  @Override
  public void backward(Matrix output, Matrix gradient, int at, int count, Scratch scratch) {
    float[] y = scratch.a();
    float[] d = scratch.b();
    for (int done = 0; done < count; done += Scratch.STRETCH) {
      int n = Math.min(Scratch.STRETCH, count - done);
      output.floats().get(at + done, y, 0, n);
      gradient.floats().get(at + done, d, 0, n);
      for (int i = 0; i < n; i++) {
        d[i] *= y[i] * (1 - y[i]);
      }
      gradient.floats().put(at + done, d, 0, n);
    }
  }
}
