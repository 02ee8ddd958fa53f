package dev.farsight.collective;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * How a connection begins: both sides prove that they know the group's secret. One who does not, or
 * who speaks another language, is told nothing but random bytes.
 */
final class Handshake {

  /** A connection for values. */
  static final int DATA = 1;

  /** A connection for signs of life and the end of the group. */
  static final int CONTROL = 2;

  /** Changes with the protocol. */
  private static final long MAGIC = 0x4641_5253_4947_0001L;

  private static final int GREETING_BYTES = Long.BYTES + Secret.NONCE_BYTES;

  private final Secret secret;
  private final int ranks;

  Handshake(Secret secret, int ranks) {
    this.secret = secret;
    this.ranks = ranks;
  }

  /** A rank that has proved itself. */
  record Caller(int kind, int rank) {}

  /**
   * The side that is called.
   *
   * @return empty for a stranger
   */
  Optional<Caller> answer(Socket socket) throws IOException {
    var out = new DataOutputStream(socket.getOutputStream());
    var in = new DataInputStream(socket.getInputStream());
    byte[] own = secret.nonce();
    out.write(ByteBuffer.allocate(GREETING_BYTES).putLong(MAGIC).put(own).array());
    if (in.readLong() != MAGIC) {
      return Optional.empty();
    }
    int kind = in.readInt();
    int rank = in.readInt();
    byte[] theirs = read(in, Secret.NONCE_BYTES);
    byte[] proof = read(in, Secret.PROOF_BYTES);
    if (!Secret.equal(proof, secret.proof('c', own, theirs, kind, rank))
        || rank < 0
        || rank >= ranks
        || (kind != DATA && kind != CONTROL)) {
      return Optional.empty();
    }
    out.write(secret.proof('s', own, theirs, kind, rank));
    return Optional.of(new Caller(kind, rank));
  }

  /**
   * The side that calls.
   *
   * @return whether both proved themselves
   */
  boolean call(Socket socket, int kind, int rank) throws IOException {
    var out = new DataOutputStream(socket.getOutputStream());
    var in = new DataInputStream(socket.getInputStream());
    if (in.readLong() != MAGIC) {
      return false;
    }
    byte[] theirs = read(in, Secret.NONCE_BYTES);
    byte[] own = secret.nonce();
    out.write(
        ByteBuffer.allocate(GREETING_BYTES + 2 * Integer.BYTES + Secret.PROOF_BYTES)
            .putLong(MAGIC)
            .putInt(kind)
            .putInt(rank)
            .put(own)
            .put(secret.proof('c', theirs, own, kind, rank))
            .array());
    byte[] proof = in.readNBytes(Secret.PROOF_BYTES);
    return Secret.equal(proof, secret.proof('s', theirs, own, kind, rank));
  }

  private static byte[] read(DataInputStream in, int bytes) throws IOException {
    var read = new byte[bytes];
    in.readFully(read);
    return read;
  }
}
