package dev.farsight.compute.jcuda;

import java.nio.ByteBuffer;

/**
 * What a rank needs of its device to carry values of the host: for each other rank a buffer on the
 * host and one on the device in each direction, and a stream. Copies and marks are work of the
 * stream, in order. One thread at a time. Nothing is allocated after construction.
 */
interface RankStaging extends AutoCloseable {

  /** Size of each buffer. */
  int pieceBytes();

  /** Makes the calling thread one of the device's. */
  void enter();

  /** The stream's handle. */
  long stream();

  /** What is sent to a rank: on the host, direct. */
  ByteBuffer out(int to);

  /** What came from a rank: on the host, direct. */
  ByteBuffer in(int from);

  /** The same on the device: an address. */
  long deviceOut(int to);

  long deviceIn(int from);

  /** Copies the first bytes of what is sent to a rank to the device. */
  void up(int to, int bytes);

  /** Copies the first bytes of what came from a rank to the host. */
  void down(int from, int bytes);

  /** Puts a mark behind all work so far. */
  void mark();

  /** Whether the stream has come to the last mark. */
  boolean reached();

  @Override
  void close();
}
