package dev.farsight.api.collective;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * One rank's end of a group. All ranks call the same operations in the same order. An operation
 * returns once this rank has its result and its buffers are free for reuse; that may be before
 * other ranks are done.
 *
 * <p><b>Buffers</b> may be direct or on the heap. Positions and limits are left as they are:
 * indexes are absolute, in elements. {@code starts} has {@link #ranks()} + 1 entries, none below
 * the one before it: the elements [{@code starts[p]}, {@code starts[p + 1]}) belong to rank {@code
 * p}. The buffers of a call must not overlap, unless an operation says otherwise.
 *
 * <p><b>Sums</b> are taken in rank order, ((r0 + r1) + r2) and so on for each element. So the bits
 * of a sum depend on the values and the number of ranks alone, and are equal on all ranks.
 *
 * <p><b>Failures.</b> If a rank dies, hangs, does not join an operation within the timeout, calls
 * another operation than the others, or {@linkplain #abort aborts}, then the operations in progress
 * and all later ones of all ranks throw a {@link CollectiveException} that names that rank. The
 * contents of buffers are then undefined. A group that has failed stays so.
 *
 * <p>Operations are called from one thread at a time; {@link #abort} and {@link #close} from any.
 * Nothing is allocated for an operation once buffers of its size have been seen.
 */
public interface Collective extends AutoCloseable {

  /** This end's number, from 0. */
  int rank();

  /** How many ranks the group has. */
  int ranks();

  /** What messages call a rank, such as {@code rank 1 (gpu 1)}. */
  String name(int rank);

  /**
   * Sends a piece to each rank and receives one from each, from itself too.
   *
   * @param send whose elements [{@code sendStarts[p]}, {@code sendStarts[p + 1]}) go to rank p
   * @param receive whose elements [{@code receiveStarts[p]}, {@code receiveStarts[p + 1]}) come
   *     from rank p: as many as that rank sends
   */
  void allToAllv(FloatBuffer send, int[] sendStarts, FloatBuffer receive, int[] receiveStarts);

  /** As for floats. */
  void allToAllv(IntBuffer send, int[] sendStarts, IntBuffer receive, int[] receiveStarts);

  /** As for floats. */
  void allToAllv(LongBuffer send, int[] sendStarts, LongBuffer receive, int[] receiveStarts);

  /** As for floats. */
  void allToAllv(ByteBuffer send, int[] sendStarts, ByteBuffer receive, int[] receiveStarts);

  /**
   * Sums values over all ranks; each rank gets its piece of the sum.
   *
   * @param values of all pieces; unchanged, unless {@code own} is a part of it
   * @param starts of the pieces, the same on all ranks
   * @param own gets this rank's piece, from index 0. May be that piece of {@code values} itself
   */
  void reduceScatter(FloatBuffer values, int[] starts, FloatBuffer own);

  /**
   * Gives each rank the pieces of all.
   *
   * @param own this rank's piece, from index 0. May be that piece of {@code all} itself
   * @param starts of the pieces in {@code all}, the same on all ranks
   */
  void allGather(FloatBuffer own, FloatBuffer all, int[] starts);

  /** Replaces the first {@code count} values by their sums over all ranks. */
  void allReduce(FloatBuffer values, int count);

  /** As for floats; for a few values, such as counters. */
  void allReduce(double[] values, int count);

  /** Replaces the first {@code count} values by their maxima over all ranks; for a few values. */
  void allReduceMax(long[] values, int count);

  /** Gives all ranks the first {@code count} bytes of rank {@code root}. */
  void broadcast(ByteBuffer bytes, int count, int root);

  /** Returns once all ranks have called it. */
  void barrier();

  /**
   * Exchanges between the memories of the ranks' devices, in the same order on all ranks with the
   * other operations; empty if this collective carries values of the host alone.
   */
  default Optional<DeviceExchange> devices() {
    return Optional.empty();
  }

  /** How long the others wait for a rank in an operation, see the class. */
  default Duration timeout() {
    return Duration.ofSeconds(60);
  }

  /**
   * Sets how long this end waits, from now on, for others to join an operation; at first it is
   * {@link #timeout}. Ranks need more time where they do what they do once, such as compiling
   * kernels, and one of them may take much longer than another. Signs of life are expected as ever.
   * From any thread. The default changes nothing: such a group takes a rank that compiles for
   * longer than the timeout for one that hangs.
   */
  default void patience(Duration longest) {}

  /**
   * What operations throw because the group has failed; null as long as it has not. For those who
   * wait for other ranks in another way than by an operation. From any thread; returns at once.
   */
  default CollectiveException failure() {
    return null;
  }

  /**
   * Ends the group for all ranks because this one cannot go on: see the class. Returns at once or
   * in about a second. Does nothing if the group has failed or this end is closed.
   *
   * @param reason one line, which the exceptions of all ranks show
   */
  void abort(String reason);

  /**
   * Leaves the group in good order. An operation that waits for this rank then fails on the others;
   * those that it took part in are completed. Does nothing the second time.
   */
  @Override
  void close();
}
