package dev.farsight.collective;

/** The operations of a group. */
enum Operation {
  ALL_TO_ALL("allToAllv"),
  REDUCE_SCATTER("reduceScatter"),
  ALL_GATHER("allGather"),
  ALL_REDUCE("allReduce"),
  ALL_REDUCE_MAX("allReduceMax"),
  BROADCAST("broadcast"),
  BARRIER("barrier");

  /** The name in messages. */
  final String title;

  Operation(String title) {
    this.title = title;
  }

  /** Whether ranks send what they combine, rather than what the others get as it is. */
  boolean reduces() {
    return this == REDUCE_SCATTER || this == ALL_REDUCE || this == ALL_REDUCE_MAX;
  }
}
