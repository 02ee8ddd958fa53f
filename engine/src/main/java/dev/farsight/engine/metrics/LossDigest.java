package dev.farsight.engine.metrics;

import java.security.MessageDigest;

/** SHA-256 of the losses of all steps, in order, as little-endian float32. Not thread-safe. */
public final class LossDigest {

  /** The digest of no losses. */
  public static final String OF_NONE = new LossDigest().hex();

  private final MessageDigest digest = Sha256.create();
  private boolean complete = true;

  public void add(float loss) {
    int bits = Float.floatToRawIntBits(loss);
    for (int shift = 0; shift < 32; shift += 8) {
      digest.update((byte) (bits >>> shift));
    }
  }

  /** Earlier losses are lost: there is no digest of all losses any more. */
  public void giveUp() {
    complete = false;
  }

  /**
   * The digest of the losses so far, in hexadecimal; null after {@link #giveUp}. More losses may be
   * added afterwards.
   */
  public String hex() {
    if (!complete) {
      return null;
    }
    try {
      return Sha256.hex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }
}
