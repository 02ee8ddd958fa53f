package dev.farsight.bench.scaling;

/**
 * What connects hosts. An exchange takes as long as the host's bytes on its link, or one rank's
 * bytes through its sockets if that is longer, and the time of its messages: a rank sends one after
 * the other, the last of which needs a latency to arrive.
 *
 * @param name for tables
 * @param linkBytesPerSecond of a host, each way, as much of it as reaches the application
 * @param rankBytesPerSecond that one rank can send through its sockets
 * @param messageSeconds of a rank's time for each message
 * @param latencySeconds from host to host
 */
record Network(
    String name,
    double linkBytesPerSecond,
    double rankBytesPerSecond,
    double messageSeconds,
    double latencySeconds) {

  /** Of Ethernet frames of 1,500 bytes, what is neither header nor gap. */
  static final double PAYLOAD = 1448.0 / 1538;

  static Network gigabits(
      double gigabits, double rankBytesPerSecond, double messageSeconds, double latencySeconds) {
    return new Network(
        Math.round(gigabits) + " GBit/s",
        gigabits * 1e9 / 8 * PAYLOAD,
        rankBytesPerSecond,
        messageSeconds,
        latencySeconds);
  }

  /**
   * @param bytes that leave the host
   * @param rounds of messages, each of which waits for the one before
   */
  double seconds(double bytes, Places places, int rounds) {
    if (places.hosts() == 1) {
      return 0;
    }
    double onLink = bytes / linkBytesPerSecond;
    double throughSockets = bytes / places.ranksAHost() / rankBytesPerSecond;
    return Math.max(onLink, throughSockets)
        + rounds * (places.elsewhere() * messageSeconds + latencySeconds);
  }
}
