package dev.farsight.bench.scaling;

/**
 * What travels between hosts.
 *
 * @param name for tables
 * @param built whether ranks exchange so today
 * @param weightBytes of each weight that is sent forward; gradients are float32 in any case
 * @param onceAHost whether a row that several ranks of a host look up travels to it once, and
 *     gradients, dense ones too, are summed within a host before they leave it
 * @param replicatedOfEach rows of each table, the most frequent, that all ranks have; their
 *     gradients go from each rank to all others
 */
record Way(String name, boolean built, int weightBytes, boolean onceAHost, long replicatedOfEach) {

  static final Way AS_BUILT = new Way("as built", true, 4, false, 0);
  static final Way REPLICATED = new Way("hot rows replicated", true, 4, false, 158);
  static final Way HALF = new Way("weights of 16 bits", false, 2, false, 0);
  static final Way ONCE_A_HOST = new Way("once a host", false, 4, true, 0);
}
