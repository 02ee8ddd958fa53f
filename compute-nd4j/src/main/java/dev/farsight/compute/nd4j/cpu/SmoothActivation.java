package dev.farsight.compute.nd4j.cpu;

/** An activation whose slope follows from its value. */
abstract class SmoothActivation implements Activation {

  /** The value at {@code x}. */
  abstract float value(float x);

  /** The slope where the value is {@code y}. */
  abstract float slope(float y);

  @Override
  public final void forward(Matrix values, int at, int count, Scratch scratch) {
    var floats = values.floats();
    float[] z = scratch.a();
    for (int done = 0; done < count; done += Scratch.STRETCH) {
      int n = Math.min(Scratch.STRETCH, count - done);
      floats.get(at + done, z, 0, n);
      for (int i = 0; i < n; i++) {
        z[i] = value(z[i]);
      }
      floats.put(at + done, z, 0, n);
    }
  }

  @Override
  public final void backward(Matrix output, Matrix gradient, int at, int count, Scratch scratch) {
    float[] y = scratch.a();
    float[] d = scratch.b();
    for (int done = 0; done < count; done += Scratch.STRETCH) {
      int n = Math.min(Scratch.STRETCH, count - done);
      output.floats().get(at + done, y, 0, n);
      gradient.floats().get(at + done, d, 0, n);
      for (int i = 0; i < n; i++) {
        d[i] *= slope(y[i]);
      }
      gradient.floats().put(at + done, d, 0, n);
    }
  }
}
