package dev.farsight.datasets.synthetic;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The area under the ROC curve by its definition as a rank sum, ties averaged. */
final class Auroc {

  private Auroc() {}

  static double of(double[] scores, float[] labels) {
    Integer[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> scores[i]))
            .toArray(Integer[]::new);
    double rankSum = 0;
    long clicks = 0;
    for (int from = 0; from < order.length; ) {
      int to = from;
      while (to < order.length && scores[order[to]] == scores[order[from]]) {
        to++;
      }
      for (Integer i : Arrays.copyOfRange(order, from, to)) {
        if (labels[i] == 1) {
          rankSum += (from + 1 + to) / 2.0;
          clicks++;
        }
      }
      from = to;
    }
    double others = scores.length - (double) clicks;
    return (rankSum - clicks * (clicks + 1.0) / 2) / (clicks * others);
  }
}
