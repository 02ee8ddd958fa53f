package dev.farsight.bench.scaling;

/**
 * Where the ranks are.
 *
 * @param hosts of a run
 * @param ranksAHost each a device
 */
record Places(int hosts, int ranksAHost) {

  Places {
    if (hosts < 1 || ranksAHost < 1) {
      throw new IllegalArgumentException(hosts + " hosts of " + ranksAHost + " ranks");
    }
  }

  int ranks() {
    return hosts * ranksAHost;
  }

  /** Ranks of other hosts, as one of them sees it. */
  int elsewhere() {
    return ranks() - ranksAHost;
  }

  /** Share of all rows whose owner is on another host. */
  double remoteShare() {
    return (double) (hosts - 1) / hosts;
  }
}
