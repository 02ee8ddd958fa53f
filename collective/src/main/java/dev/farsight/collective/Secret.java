package dev.farsight.collective;

import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.collective.CollectiveContext.Rendezvous;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What processes of one group know, and prove without sending it. A proof is an HMAC of what both
 * sides drew for this connection, of the group, and of the rank. Any number of threads.
 */
final class Secret {

  static final int NONCE_BYTES = 16;
  static final int PROOF_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";

  private final SecureRandom random = new SecureRandom();
  private final SecretKeySpec key;
  private final byte[] group;

  Secret(CollectiveContext context) {
    byte[] known =
        context
            .rendezvous()
            .map(Rendezvous::secret)
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .orElseGet(this::nonce);
    key = new SecretKeySpec(known, ALGORITHM);
    group = (context.ranks() + " " + context.group()).getBytes(StandardCharsets.UTF_8);
  }

  byte[] nonce() {
    var nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return nonce;
  }

  /**
   * @param side who proves: 'c' of the caller, 's' of the one called
   */
  byte[] proof(char side, byte[] called, byte[] caller, int kind, int rank) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(ByteBuffer.allocate(12).putInt(side).putInt(kind).putInt(rank).array());
      mac.update(called);
      mac.update(caller);
      return mac.doFinal(group);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static boolean equal(byte[] proof, byte[] other) {
    return MessageDigest.isEqual(proof, other);
  }
}
