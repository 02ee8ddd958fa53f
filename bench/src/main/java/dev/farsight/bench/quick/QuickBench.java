package dev.farsight.bench.quick;

import dev.farsight.api.data.Batch;
import dev.farsight.bench.AurocBenchmark;
import dev.farsight.bench.Gemm;
import dev.farsight.bench.Planner;
import dev.farsight.bench.ResidentStep;
import dev.farsight.bench.StoreBenchmark;
import dev.farsight.bench.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Every part of training beside its peer or its limit, in short: planner, policies, store, parser,
 * AUROC and the ops of a step. Both sides of a ratio are measured in the same run, one after the
 * other, so ratios say something where speeds do not: on machines that are slow, or shared. The
 * figures to publish are those of the JMH benchmarks, which take longer.
 */
public final class QuickBench {

  private static final int BATCH = 2048;
  private static final double SHARE = .01;
  private static final int LOOKUPS_A_ROUND = 1_000_000;

  private final Clock clock;
  private final Consumer<Ratio> listener;

  /**
   * @param seconds for each figure, and as long again to warm up
   * @param listener hears of each ratio as soon as it is there
   */
  public QuickBench(double seconds, Consumer<Ratio> listener) {
    clock = new Clock(seconds);
    this.listener = listener;
  }

  /** Measures everything. */
  public void run() {
    planner();
    store(64);
    store(516);
    new ParserRates(clock, listener).run();
    auroc();
    steps();
  }

  private void say(String part, double rate, String unit, String against, double limit) {
    listener.accept(new Ratio(part, rate, unit, against, limit));
  }

  /**
   * One policy's planning against one random read a lookup, then the other policies against lru.
   */
  private void planner() {
    try (var workload = new Workload(BATCH)) {
      double lru = planning(workload, "lru");
      say("planning, lru", lru, "lookups", "a random read of memory a lookup", randomReads());
      for (String policy : workload.components().policies().keySet()) {
        if (!policy.equals("lru")) {
          say("planning, " + policy, planning(workload, policy), "lookups", "planning, lru", lru);
        }
      }
    }
  }

  private double planning(Workload workload, String policy) {
    Batch[] batches = workload.newBatches(LOOKUPS_A_ROUND);
    var planner = new Planner(workload, policy, SHARE);
    Runnable plan =
        () -> {
          for (Batch batch : batches) {
            planner.accept(batch);
          }
        };
    do {
      workload.fill(batches);
      plan.run();
    } while (!planner.full());
    double lookups = (double) batches.length * batches[0].lookups();
    return clock.rate(lookups, plan, () -> workload.fill(batches));
  }

  /** Of 4 bytes each, in as much memory as one entry for each of Kaggle's rows takes. */
  private double randomReads() {
    int[] memory = new int[1 << 25];
    int[] at = new SplittableRandom(1).ints(1 << 20, 0, memory.length).toArray();
    long[] sum = new long[1];
    return clock.rate(
        at.length,
        () -> {
          for (int i : at) {
            sum[0] += memory[i];
          }
        });
  }

  private void store(int rowBytes) {
    var bench = new StoreBenchmark();
    bench.rowBytes = rowBytes;
    bench.open();
    try {
      double limit = clock.rate(StoreBenchmark.ROWS_AN_OPERATION, bench::copyFromArray);
      String rows = " rows of " + rowBytes + " bytes";
      String copies = "random copies out of an array";
      double read = clock.rate(StoreBenchmark.ROWS_AN_OPERATION, bench::read);
      say("offheap, read" + rows, read, "rows", copies, limit);
      double write = clock.rate(StoreBenchmark.ROWS_AN_OPERATION, bench::write);
      say("offheap, write" + rows, write, "rows", copies, limit);
    } finally {
      bench.close();
    }
  }

  private void auroc() {
    var bench = new AurocBenchmark();
    bench.draw();
    long[] numbers = new SplittableRandom(2).longs(AurocBenchmark.SAMPLES).toArray();
    long[] copy = new long[numbers.length];
    double sort =
        clock.rate(
            copy.length,
            () -> Arrays.sort(copy),
            () -> System.arraycopy(numbers, 0, copy, 0, copy.length));
    say(
        "AUROC of a million samples",
        clock.rate(AurocBenchmark.SAMPLES, bench::auroc),
        "samples",
        "sorting as many numbers",
        sort);
  }

  private void steps() {
    int threads = Runtime.getRuntime().availableProcessors();
    double peak;
    try (var gemm = new Gemm(threads)) {
      peak = clock.rate(gemm.flops(), gemm::multiply);
    }
    double copies = copying();
    var products = List.of(ResidentStep.Model.DLRM, ResidentStep.Model.LINEAR);
    var rows = new ArrayList<>(List.of(ResidentStep.Model.values()));
    rows.removeAll(products);
    for (ResidentStep.Model model : products) {
      try (var step = new ResidentStep(model, threads)) {
        double rate = clock.rate(step.flops(), step::train);
        say("step, " + text(model), rate, "FLOP", "large matrix products", peak);
      }
    }
    for (ResidentStep.Model model : rows) {
      try (var step = new ResidentStep(model, threads)) {
        double rate = clock.rate(step.rowBytes(), step::train);
        say("step, " + text(model), rate, "B", "copying memory on one thread", copies);
      }
    }
  }

  private static String text(ResidentStep.Model model) {
    return switch (model) {
      case DLRM -> "DLRM whole";
      case LINEAR -> "layers of 512 alone";
      case ROWS_ALONE -> "rows alone: gather, sum gradients, update";
      case INTERACTION -> "rows and interaction alone";
    };
  }

  private double copying() {
    float[] from = new float[1 << 24];
    float[] to = new float[from.length];
    double bytes = (double) from.length * Float.BYTES;
    return clock.rate(bytes, () -> System.arraycopy(from, 0, to, 0, to.length));
  }
}
