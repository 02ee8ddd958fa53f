package dev.farsight.compute.jcuda;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.RowFormat;
import dev.farsight.collective.CollectivePlugin;
import dev.farsight.testkit.compute.StepInputs;
import dev.farsight.testkit.compute.TestOptimizer;
import dev.farsight.testkit.plugin.RegisteredFactories;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;

/**
 * Prints steps a second of the step of {@link StepTiming} on one GPU and shared by several, with
 * 16,384 samples each, all rows in slots of the GPU that their id is hashed to. Arguments: precision
 * (tf32) and the number of GPUs (2). Each rank is driven by a thread of its own.
 */
final class ShardedTiming {

  private static final int BATCHES = 4;
  private static final int STEPS = 400;
  private static final int SLOTS = 500_000;

  private final Precision precision;
  private final BatchSchema schema = StepTiming.schema();
  private final int ranks;
  private final int batchSize;

  /** Row ids by rank and batch, and of each the part that each rank owns. */
  private final List<List<Batch>> batches = new ArrayList<>();

  private final Map<Long, Integer> slotOf = new HashMap<>();

  private ShardedTiming(Precision precision, int ranks, int batchSize) {
    this.precision = precision;
    this.ranks = ranks;
    this.batchSize = batchSize;
  }

  public static void main(String[] args) throws Exception {
    var precision =
        Precision.valueOf((args.length > 0 ? args[0] : "tf32").toUpperCase(Locale.ROOT));
    int most = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    double alone = new ShardedTiming(precision, 1, StepTiming.BATCH).run();
    for (int ranks = 2; ranks <= most; ranks *= 2) {
      double shared = new ShardedTiming(precision, ranks, StepTiming.BATCH).run();
      System.out.printf(
          "%s: %d GPUs train %.2f times the samples a second of one%n",
          precision, ranks, alone / shared * ranks);
    }
  }

  private StepSpec spec() {
    var optimizer = TestOptimizer.SGD.spec();
    int maxUniqueRows = batchSize * schema.features().size();
    var shape =
        new ExchangeShape(ranks < 2 ? 2 : ranks, maxUniqueRows, ranks * 100_000, SLOTS / 2, 0);
    return new StepSpec(
        schema,
        batchSize,
        maxUniqueRows,
        new RowFormat(StepTiming.DIM, RowFormat.Precision.FP32, optimizer.rows().rowState(1)),
        optimizer,
        MaxNorms.none(schema.tables().size()),
        1,
        ranks == 1 ? null : shape);
  }

  private int owner(long rowId) {
    long z = (rowId + 1) * 0x9E3779B97F4A7C15L;
    return (int) ((z ^ z >>> 31) >>> 33) % ranks;
  }

  /** Milliseconds a step. */
  private double run() throws Exception {
    var random = new Random(7);
    for (int rank = 0; rank < ranks; rank++) {
      List<Batch> own = new ArrayList<>();
      for (int b = 0; b < BATCHES; b++) {
        own.add(draw(random));
      }
      batches.add(own);
    }
    List<Collective> collectives = ranks == 1 ? null : connect();
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

  private List<Collective> connect() {
    List<String> names = IntStream.range(0, ranks).mapToObj(r -> "gpu " + r).toList();
    List<Integer> all = IntStream.range(0, ranks).boxed().toList();
    var own = Settings.of("farsight.sharding.threads", ConfigFactory.empty());
    return RegisteredFactories.of(new CollectivePlugin())
        .collectives()
        .get("threads")
        .connect(
            new CollectiveContext(
                own, "step", names, all, Duration.ofSeconds(20), Optional.empty()));
  }

  private Batch draw(Random random) {
    var batch = new Batch(schema, batchSize, HostBuffers.plain());
    StepTiming.fill(batch, batchSize, random);
    return batch;
  }

  private double rank(int rank, Collective collective, CyclicBarrier meet) throws Exception {
    try (var backend = new JcudaBackend(rank, precision, JcudaBackends.kernelCache());
        var memory = backend.buffers();
        var slots = (JcudaSlots) backend.slots(spec().format(), SLOTS, 16, 16);
        var step =
            (JcudaStep)
                (collective == null
                    ? backend.compile(StepTiming.tape(schema, "dlrm"), spec(), slots)
                    : backend.compile(
                        StepTiming.tape(schema, "dlrm"), spec(), slots, collective))) {
      StepTiming.draw(step);
      List<StepInput> inputs = inputs(rank, memory);
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

  private List<StepInput> inputs(int rank, HostBuffers memory) {
    List<StepInput> inputs = new ArrayList<>();
    for (int b = 0; b < BATCHES; b++) {
      var batch = new Batch(schema, batchSize, memory);
      copy(batches.get(rank).get(b), batch);
      var input =
          new StepInput(schema, batchSize, spec().maxUniqueRows(), spec().exchange(), memory);
      input.learningRates(.1f, .1f);
      if (ranks == 1) {
        StepInputs.fill(input, batch, id -> slotOf.computeIfAbsent(id, row -> slotOf.size()));
      } else {
        exchange(rank, b, batch, input);
      }
      inputs.add(input);
    }
    return inputs;
  }

  private void copy(Batch from, Batch to) {
    to.dense().put(0, from.dense(), 0, batchSize * schema.denseWidth());
    to.labels().put(0, from.labels(), 0, batchSize);
    for (int t = 0; t < schema.features().size(); t++) {
      System.arraycopy(from.indices(t), 0, to.indices(t), 0, batchSize);
    }
    to.samples(batchSize);
  }

  /** Row ids that a rank looks up in a batch, by owner. */
  private List<List<Long>> asked(int rank, int b) {
    Batch batch = batches.get(rank).get(b);
    Set<Long> unique = new LinkedHashSet<>();
    for (int t = 0; t < schema.features().size(); t++) {
      for (int s = 0; s < batchSize; s++) {
        unique.add(schema.tables().rowId(t, batch.indices(t)[s]));
      }
    }
    List<List<Long>> byOwner = new ArrayList<>();
    for (int p = 0; p < ranks; p++) {
      byOwner.add(new ArrayList<>());
    }
    unique.forEach(id -> byOwner.get(owner(id)).add(id));
    return byOwner;
  }

  private void exchange(int rank, int b, Batch batch, StepInput input) {
    RowExchange exchange = input.exchange();
    List<List<List<Long>>> asked = new ArrayList<>();
    for (int p = 0; p < ranks; p++) {
      asked.add(asked(p, b));
    }
    Map<Long, Integer> arrival = new HashMap<>();
    Map<Long, List<Integer>> positions = new LinkedHashMap<>();
    int sent = 0;
    for (int p = 0; p < ranks; p++) {
      asked.get(rank).get(p).forEach(id -> arrival.put(id, arrival.size()));
      exchange.askedStarts()[p + 1] = arrival.size();
      for (long id : asked.get(p).get(rank)) {
        positions.computeIfAbsent(id, row -> new ArrayList<>()).add(sent++);
      }
      exchange.sendStarts()[p + 1] = sent;
    }
    var ids = new long[positions.size()];
    int o = 0;
    int j = 0;
    for (var row : positions.entrySet()) {
      ids[o] = row.getKey();
      exchange.ownedSlots().put(o, slotOf(rank, row.getKey()));
      exchange.gradientStarts().put(o, j);
      for (int position : row.getValue()) {
        exchange.sendRows().put(position, o);
        exchange.gradients().put(j++, position);
      }
      o++;
    }
    exchange.gradientStarts().put(o, j);
    exchange.owned(o, ids);
    exchange.samples((long) rank * batchSize, (double) ranks * batchSize);
    StepInputs.fill(input, batch, arrival::get);
  }

  /** Slots of a rank's rows, in the order in which they are asked for. */
  private final Map<Integer, Map<Long, Integer>> slots = new ConcurrentHashMap<>();

  private int slotOf(int rank, long rowId) {
    Map<Long, Integer> own = slots.computeIfAbsent(rank, r -> new HashMap<>());
    return own.computeIfAbsent(rowId, id -> own.size());
  }
}
