package dev.farsight.datasets.npy;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The arrays of some samples, a row for each. Those that a schema has no use for are null.
 *
 * @param samples how many there are
 * @param sparse the lookups of all features, a column for each; null if there are bags
 * @param bags the lookups of each feature; empty if there is {@code sparse}
 */
record SampleFiles(
    long samples,
    NpyArray dense,
    NpyArray labels,
    NpyArray sparse,
    List<BagArrays> bags,
    NpyArray truth,
    NpyArray weights,
    NpyArray groups,
    NpyArray rowNumbers) {

  /**
   * Checks that no file became shorter.
   *
   * @throws dev.farsight.api.FarsightException if one did
   */
  void requireWhole() {
    Stream.concat(
            Stream.of(dense, labels, sparse, truth, weights, groups, rowNumbers),
            bags.stream().flatMap(bag -> Stream.of(bag.ids(), bag.offsets(), bag.weights())))
        .filter(Objects::nonNull)
        .forEach(NpyArray::requireWhole);
  }
}
