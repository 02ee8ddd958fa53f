package dev.farsight.engine.metrics;

import java.security.MessageDigest;

/** SHA-256 of the step losses, as little-endian float32, in order. */
public final class LossDigest {

  private final MessageDigest digest = Sha256.create();

  public void add(float loss) {
    int bits = Float.floatToRawIntBits(loss);
    for (int shift = 0; shift < 32; shift += 8) {
      digest.update((byte) (bits >>> shift));
    }
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
