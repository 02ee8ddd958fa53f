package dev.farsight.engine.metrics;

import java.security.MessageDigest;

/** SHA-256 of the losses of all steps, in order, as little-endian float32. Not thread-safe. */
public final class LossDigest {

  private final MessageDigest digest = Sha256.create();

  public void add(float loss) {
    int bits = Float.floatToRawIntBits(loss);
    for (int shift = 0; shift < 32; shift += 8) {
      digest.update((byte) (bits >>> shift));
    }
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
