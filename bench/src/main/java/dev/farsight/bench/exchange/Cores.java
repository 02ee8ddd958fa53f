package dev.farsight.bench.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How many cores the machine is worth: what threads on all its processors compute, by what one of
 * them does alone. Less than their number where processors share a core, or other work runs.
 */
final class Cores {

  private static final int VALUES = 4_096;
  private static final long PIECE_NANOS = 300_000_000;
  private static final int ROUNDS = 5;

  private Cores() {}

  /** The best of some rounds. */
  static double worth() throws InterruptedException {
    int processors = Runtime.getRuntime().availableProcessors();
    ExecutorService threads = Executors.newFixedThreadPool(processors);
    try {
      rate(threads, processors);
      double one = 0;
      double all = 0;
      for (int round = 0; round < ROUNDS; round++) {
        one = Math.max(one, rate(threads, 1));
        all = Math.max(all, rate(threads, processors));
      }
      return all / one;
    } finally {
      threads.shutdownNow();
    }
  }

  private static double rate(ExecutorService threads, int count) throws InterruptedException {
    var work = new ArrayList<Callable<Double>>();
    for (int t = 0; t < count; t++) {
      work.add(Cores::sweeps);
    }
    double sum = 0;
    List<Future<Double>> results = threads.invokeAll(work);
    for (Future<Double> result : results) {
      try {
        sum += result.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
    return sum;
  }

  /** Sweeps a second over arrays that fit in a core's own cache. */
  private static double sweeps() {
    float[] a = new float[VALUES];
    float[] b = new float[VALUES];
    Arrays.fill(b, 1e-3f);
    long begin = System.nanoTime();
    long sweeps = 0;
    long now = begin;
    while (now - begin < PIECE_NANOS) {
      for (int repeat = 0; repeat < 100; repeat++) {
        for (int i = 0; i < VALUES; i++) {
          a[i] = a[i] * 0.999f + b[i];
        }
      }
      sweeps += 100;
      now = System.nanoTime();
    }
    // So that nobody can leave the sums out.
    return sweeps / ((now - begin) / 1e9) + (a[0] == 7 ? 1 : 0);
  }
}
