package dev.farsight.api.collective;

/**
 * Exchanges values between the memories of the ranks' devices, without the host's: an operation of
 * a group as those of {@link Collective}, which offers it by {@link Collective#devices}.
 */
public interface DeviceExchange {

  /**
   * Sends a piece to each other rank and receives one from each. What is sent has been written
   * before the call: it does not wait for the device. It returns when the pieces have come, and
   * work given to the device afterwards finds them. What a rank would send to itself is left alone.
   * The arrays have an entry for each rank; pieces of one rank may be the same or overlap if they
   * are only sent.
   *
   * @param send addresses in this rank's device memory of what goes to each rank, multiples of 4
   * @param sendFloats how many floats, or other 4 bytes, go to each rank
   * @param receive addresses where what comes from each rank is put
   * @param receiveFloats how many come from each rank: as many as that one sends
   */
  void exchange(long[] send, int[] sendFloats, long[] receive, int[] receiveFloats);
}
