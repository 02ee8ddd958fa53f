package dev.farsight.engine.metrics;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * SHA-256 of the step losses, as little-endian float32, in order. Keeps them too: 4 to 8 bytes a
 * step.
 */
public final class LossDigest {

  private final MessageDigest digest = Sha256.create();
  private float[] losses = new float[1024];
  private int count;

  public void add(float loss) {
    if (count == losses.length) {
      losses = Arrays.copyOf(losses, 2 * count);
    }
    losses[count++] = loss;
    int bits = Float.floatToRawIntBits(loss);
    for (int shift = 0; shift < 32; shift += 8) {
      digest.update((byte) (bits >>> shift));
    }
  }

  /** The losses so far, as a copy. */
  public float[] losses() {
    return Arrays.copyOf(losses, count);
  }

  /** The digest so far, in hexadecimal; more losses may follow. */
  public String hex() {
    try {
      return Sha256.hex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }
}
