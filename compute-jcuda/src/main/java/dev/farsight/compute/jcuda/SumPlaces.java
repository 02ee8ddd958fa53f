package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.BagExchange;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.compute.SummedBags;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which features' sums of bags arrive from which rank, and where: constants of sums.cu, and sizes.
 */
final class SumPlaces {

  private final StepSpec spec;
  private final SummedBags sums;
  private final int ranks;

  /** By rank: how many features the ranks before it add up rows of. */
  private final int[] firsts;

  SumPlaces(StepSpec spec) {
    this.spec = spec;
    sums = spec.exchange().sums();
    ranks = spec.exchange().ranks();
    firsts = new int[ranks + 1];
    for (int p = 0; p < ranks; p++) {
      firsts[p + 1] = firsts[p] + sums.featuresOn(p).length;
    }
  }

  /** How many features the ranks before this one add up rows of. */
  int first(int rank) {
    return firsts[rank];
  }

  /** How many features a rank adds up rows of. */
  int count(int rank) {
    return firsts[rank + 1] - firsts[rank];
  }

  /** Floats of the sums that can arrive at a rank. */
  long arrivingFloats() {
    return (long) firsts[ranks] * spec.batchSize() * spec.format().dim();
  }

  /** Floats of the bags that a rank can add up rows for. */
  long bagFloats() {
    return BagExchange.maxBags(spec.exchange(), spec.batchSize()) * spec.format().dim();
  }

  Map<String, Object> constants() {
    var constants = new TreeMap<String, Object>();
    int features = spec.schema().features().size();
    constants.put("SUMS", 1);
    constants.put("SUMMED", list(IntStream.range(0, features).map(f -> sums.sums(f) ? 1 : 0)));
    constants.put(
        "SUM_PLACES",
        list(IntStream.range(0, ranks * features).map(i -> place(i / features, i % features))));
    constants.put("SUM_COUNTS", list(IntStream.range(0, ranks).map(this::count)));
    constants.put("SUM_FIRSTS", list(Arrays.stream(firsts, 0, ranks)));
    return constants;
  }

  private int place(int rank, int feature) {
    int[] own = sums.featuresOn(rank);
    for (int j = 0; j < own.length; j++) {
      if (own[j] == feature) {
        return firsts[rank] + j;
      }
    }
    return -1;
  }

  private static String list(IntStream values) {
    return values.mapToObj(String::valueOf).collect(Collectors.joining(","));
  }
}
