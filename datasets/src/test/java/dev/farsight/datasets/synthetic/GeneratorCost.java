package dev.farsight.datasets.synthetic;

import dev.farsight.datasets.Opened;
import java.lang.management.ManagementFactory;

/**
 * Prints what a sample and a lookup of the generator cost one thread, in time of its core.
 * Arguments: settings of data.synthetic.
 */
final class GeneratorCost {

  private static final int ROUNDS = 6;
  private static final long ROUND_LOOKUPS = 5_000_000;

  private GeneratorCost() {}

  public static void main(String[] args) {
    String conf = "synthetic { " + String.join(", ", args) + " }";
    var spec = SyntheticSpec.of(Opened.context("synthetic", conf, 1, 1));
    var sampler = new Population(spec).sampler();
    var threads = ManagementFactory.getThreadMXBean();
    int lookups = sampler.drawn().indices.length;
    long samples = ROUND_LOOKUPS / lookups;
    for (int round = 0; round < ROUNDS; round++) {
      long start = threads.getCurrentThreadCpuTime();
      for (long s = 0; s < samples; s++) {
        sampler.draw(round * samples + s);
      }
      double nanos = (threads.getCurrentThreadCpuTime() - start) / (double) samples;
      System.out.printf("%.0f ns a sample, %.1f ns a lookup%n", nanos, nanos / lookups);
    }
  }
}
