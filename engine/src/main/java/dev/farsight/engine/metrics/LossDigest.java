package dev.farsight.engine.metrics;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * SHA-256 of the losses of all steps, in order, as little-endian float32. Also keeps the losses.
 * Memory: 4 to 8 bytes a step. Not thread-safe.
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

  /** A copy of the losses so far. */
  public float[] losses() {
    return Arrays.copyOf(losses, count);
  }

  /** The digest of the losses so far, in hexadecimal. More losses may be added afterwards. */
  public String hex() {
    try {
      return Sha256.hex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }
}
