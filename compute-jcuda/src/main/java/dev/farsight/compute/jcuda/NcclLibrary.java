package dev.farsight.compute.jcuda;

/**
 * The functions of NCCL that are used, as NCCL documents them. Each returns a result: {@link
 * #SUCCESS}, {@link #IN_PROGRESS}, or an error that {@link #error} names. Communicators do not
 * block: a call that returns {@link #IN_PROGRESS} goes on by itself, and {@link #state} tells how.
 *
 * <p>A communicator is used by one thread at a time. Addresses are those of the process or of the
 * device. No call allocates on the heap, but those that begin or end a group of ranks.
 */
interface NcclLibrary {

  int SUCCESS = 0;
  int IN_PROGRESS = 7;
  int ID_BYTES = 128;

  /** NCCL's number of its version, such as 22703 for 2.27.3. */
  int version();

  /** Makes the number by which the ranks of a new group find each other. */
  int uniqueId(byte[] into);

  /** The calls of this thread up to {@link #endGroup} are one. */
  int startGroup();

  int endGroup();

  /**
   * Joins a group with the device that is current in this thread.
   *
   * @param communicatorAt where the communicator's handle is put, 8 bytes, by the end of the group
   *     of calls
   */
  int init(long communicatorAt, int ranks, byte[] id, int rank);

  /** Gives a stream the work to send bytes of device memory. */
  int send(long from, long bytes, int peer, long communicator, long stream);

  /** Gives a stream the work to receive bytes. */
  int receive(long to, long bytes, int peer, long communicator, long stream);

  /**
   * How the communicator is, including errors that came up after the call that caused them.
   *
   * @param stateAt where the result is put, 4 bytes
   */
  int state(long communicator, long stateAt);

  /** Begins to complete what is under way, before {@link #destroy}. All ranks call it. */
  int finish(long communicator);

  /** Frees a communicator that is finished. */
  int destroy(long communicator);

  /** Ends what is under way on this rank, and frees the communicator. */
  int abort(long communicator);

  /** What a result means, in NCCL's words. */
  String error(int result);

  /** Details of the last error, in NCCL's words; may be empty. */
  String lastError(long communicator);
}
