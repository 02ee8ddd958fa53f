package dev.farsight.bench.data;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Speeds of several things, measured in turns, so that what else the machine does meets all of
 * them.
 */
final class Rounds {

  /** Rounds that warm up, and do not count. */
  private static final int WARM_UP = 2;

  private final Map<String, DoubleSupplier> runs = new LinkedHashMap<>();

  /**
   * Adds something to measure.
   *
   * @param run measures once, and tells the speed
   */
  void add(String name, DoubleSupplier run) {
    runs.put(name, run);
  }

  /** The median speed of each, in the order in which they were added. */
  Map<String, Double> medians(int rounds) {
    var speeds = new LinkedHashMap<String, double[]>();
    runs.keySet().forEach(name -> speeds.put(name, new double[rounds]));
    for (int round = -WARM_UP; round < rounds; round++) {
      for (Map.Entry<String, DoubleSupplier> run : runs.entrySet()) {
        double speed = run.getValue().getAsDouble();
        if (round >= 0) {
          speeds.get(run.getKey())[round] = speed;
        }
      }
    }
    var medians = new LinkedHashMap<String, Double>();
    speeds.forEach((name, measured) -> medians.put(name, median(measured)));
    return medians;
  }

  /** Prints speeds in rows a second. */
  static void print(Map<String, Double> speeds) {
    speeds.forEach(
        (name, speed) -> System.out.printf(Locale.ROOT, "%-36s %,12.0f rows/s%n", name, speed));
  }

  /** Prints how much longer one takes than the other. */
  static void printRatio(Map<String, Double> speeds, String first, String second) {
    System.out.printf(
        Locale.ROOT,
        "%-36s %6.2f times the time of: %s%n",
        second,
        speeds.get(first) / speeds.get(second),
        first);
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
