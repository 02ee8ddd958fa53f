package dev.farsight.collective;

/** The operations of a group. */
enum Operation {
  ALL_TO_ALL(0, "allToAllv"),
  REDUCE_SCATTER(1, "reduceScatter"),
  ALL_GATHER(2, "allGather"),
  ALL_REDUCE(3, "allReduce"),
  ALL_REDUCE_MAX(4, "allReduceMax"),
  BROADCAST(5, "broadcast"),
  BARRIER(6, "barrier"),
  DEVICE_EXCHANGE(7, "exchange between devices");

  /** The number in headers. */
  final int code;

  /** The name in messages. */
  final String title;

  Operation(int code, String title) {
    this.code = code;
    this.title = title;
  }

  /** Whether ranks send what they combine, rather than what the others get as it is. */
  boolean reduces() {
    return this == REDUCE_SCATTER || this == ALL_REDUCE || this == ALL_REDUCE_MAX;
  }
}
