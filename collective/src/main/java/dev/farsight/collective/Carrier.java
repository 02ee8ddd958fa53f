package dev.farsight.collective;

import java.nio.ByteBuffer;

/**
 * Moves values between one rank of a group of threads and the others, see {@link CarriedRanks}. All
 * ranks of a group have one, of the same kind. It only moves bytes: who calls what is agreed
 * before, so what one rank sends to another is what that one expects.
 *
 * <p>Values of the host pass through buffers of the carrier, one for each rank and direction, piece
 * by piece. Exchanges are called from one thread at a time; {@link #close} from any. An exchange
 * allocates nothing.
 */
public interface Carrier {

  /** Size of each buffer; a multiple of 8. */
  int pieceBytes();

  /** What the next exchange sends to a rank: a direct buffer, always the same. */
  ByteBuffer out(int to);

  /** What the last exchange brought from a rank: a direct buffer, always the same. */
  ByteBuffer in(int from);

  /**
   * Sends the first bytes of {@link #out} to each rank, and fills {@link #in}. If the counts of two
   * ranks for each other are 0 both ways, they need not meet.
   *
   * @param sendBytes how many go to each rank; 0 for this one
   * @param receiveBytes how many come from each rank; 0 for this one
   * @param waiting called while the values are on their way. If it throws, the exchange is ended
   *     and throws the same; this carrier carries nothing any more
   */
  void exchange(int[] sendBytes, int[] receiveBytes, Waiting waiting);

  /**
   * The same between devices, in their own memory. What was written there before is sent; what
   * comes can be read when it returns. The arguments are those of {@link
   * dev.farsight.api.collective.DeviceExchange#exchange}.
   */
  void exchangeOfDevices(
      long[] send, int[] sendFloats, long[] receive, int[] receiveFloats, Waiting waiting);

  /**
   * Frees everything once the carriers of all ranks are closed. Does nothing the second time.
   *
   * @param failed whether the group has failed, so that others may not be in good order
   */
  void close(boolean failed);

  /** What a carrier does while it waits. */
  interface Waiting {

    /** Rests for some microseconds; throws if there is nothing to wait for any more. */
    void rest();
  }
}
