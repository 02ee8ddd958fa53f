package dev.farsight.compute.jcuda;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.concurrent.Ticket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;

/**
 * Prints steps a second of the step of {@link StepTiming} on one GPU and shared by several, with
 * 16,384 samples each, all rows in slots of the GPU that their id is hashed to. Arguments:
 * precision (tf32) and the number of GPUs (2). Each rank is driven by a thread of its own.
 */
final class ShardedTiming {

  private static final int BATCHES = 4;
  private static final int STEPS = 400;

  private final Precision precision;
  private final int ranks;
  private final ShardedInputs all;

  private ShardedTiming(Precision precision, int ranks) {
    this.precision = precision;
    this.ranks = ranks;
    this.all = new ShardedInputs(ranks, StepTiming.BATCH, BATCHES);
  }

  public static void main(String[] args) throws Exception {
    var precision =
        Precision.valueOf((args.length > 0 ? args[0] : "tf32").toUpperCase(Locale.ROOT));
    int most = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    double alone = new ShardedTiming(precision, 1).run();
    for (int ranks = 2; ranks <= most; ranks *= 2) {
      double shared = new ShardedTiming(precision, ranks).run();
      System.out.printf(
          "%s: %d GPUs train %.2f times the samples a second of one%n",
          precision, ranks, alone / shared * ranks);
    }
  }

  /** Milliseconds a step. */
  private double run() throws Exception {
    List<Collective> collectives = ranks == 1 ? null : all.connect(Duration.ofSeconds(20));
    var meet = new CyclicBarrier(ranks);
    var times = new ConcurrentHashMap<Integer, Double>();
    var failures = new ConcurrentHashMap<Integer, Throwable>();
    List<Thread> threads = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      int own = rank;
      var thread =
          new Thread(
              () -> {
                try {
                  times.put(own, rank(own, ranks == 1 ? null : collectives.get(own), meet));
                } catch (Throwable e) {
                  e.printStackTrace();
                  failures.put(own, e);
                  if (ranks > 1) {
                    collectives.get(own).abort(e.toString());
                  }
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw new IllegalStateException(failures.values().iterator().next());
    }
    return times.values().stream().mapToDouble(d -> d).max().orElseThrow();
  }

  private double rank(int rank, Collective collective, CyclicBarrier meet) throws Exception {
    try (var backend = new JcudaBackend(rank, precision, JcudaBackends.kernelCache());
        var memory = backend.buffers();
        var slots = all.slots(backend);
        var step = all.compile(backend, slots, collective)) {
      List<StepInput> inputs = all.of(rank, memory);
      if (rank == 0) {
        System.out.printf(
            "%s, %s, %d GPUs, %d unique rows in the first batch; device memory: step %d MiB%n",
            backend.gpu(), precision, ranks, inputs.get(0).uniqueRows(), step.deviceBytes() >> 20);
      }
      for (int s = 0; s < 2 * BATCHES; s++) {
        step.train(inputs.get(s % BATCHES)).await();
      }
      double best = Double.MAX_VALUE;
      for (int round = 0; round < 4; round++) {
        meet.await();
        double ms = steps(step, inputs);
        best = Math.min(best, ms);
        if (rank == 0) {
          System.out.printf("%.4f ms a step, %.0f it/s%n", ms, 1e3 / ms);
        }
      }
      meet.await();
      if (rank == 0 && ranks > 1) {
        StepTiming.commands(backend, step, inputs);
      }
      meet.await();
      // What was run without the others was no step; they wait for the end of the last one.
      step.train(inputs.get(0)).await();
      System.out.printf("rank %d: loss %.6f%n", rank, inputs.get(0).loss().get(0));
      return best;
    }
  }

  private static double steps(JcudaStep step, List<StepInput> inputs) {
    var tickets = new Ticket[BATCHES];
    Arrays.fill(tickets, Ticket.DONE);
    long begun = System.nanoTime();
    for (int s = 0; s < STEPS; s++) {
      tickets[s % BATCHES].await();
      tickets[s % BATCHES] = step.train(inputs.get(s % BATCHES));
    }
    for (Ticket ticket : tickets) {
      ticket.await();
    }
    return (System.nanoTime() - begun) / 1e6 / STEPS;
  }
}
