package dev.farsight.compute.jcuda;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Batches of Kaggle's shape for several ranks, and their exchanges; rows lie where their ids are
 * hashed to. Of one rank, batches without an exchange.
 */
final class ShardedInputs {

  private static final int SLOTS = 500_000;

  private final BatchSchema schema = StepTiming.schema();
  private final int ranks;
  private final int batchSize;
  private final int count;

  /** By rank. */
  private final List<List<Batch>> batches = new ArrayList<>();

  /** Slots of each rank's rows, in the order in which they are asked for. */
  private final Map<Integer, Map<Long, Integer>> slots = new ConcurrentHashMap<>();

  /**
   * @param batchSize samples of a batch of one rank
   * @param count batches of each rank
   */
  ShardedInputs(int ranks, int batchSize, int count) {
    this.ranks = ranks;
    this.batchSize = batchSize;
    this.count = count;
    var random = new Random(7);
    for (int rank = 0; rank < ranks; rank++) {
      List<Batch> own = new ArrayList<>();
      for (int b = 0; b < count; b++) {
        own.add(draw(random));
      }
      batches.add(own);
    }
  }

  JcudaSlots slots(JcudaBackend backend) {
    return (JcudaSlots) backend.slots(spec().format(), SLOTS, 16, 16);
  }

  /** A step with parameters that are the same on all ranks. */
  JcudaStep compile(JcudaBackend backend, JcudaSlots slots, Collective collective) {
    var tape = StepTiming.tape(schema, "dlrm");
    var step =
        (JcudaStep)
            (collective == null
                ? backend.compile(tape, spec(), slots)
                : backend.compile(tape, spec(), slots, collective));
    StepTiming.draw(step);
    return step;
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

  /** A group of threads. */
  List<Collective> connect(Duration timeout) {
    List<String> names = IntStream.range(0, ranks).mapToObj(r -> "gpu " + r).toList();
    List<Integer> all = IntStream.range(0, ranks).boxed().toList();
    var own = Settings.of("farsight.sharding.threads", ConfigFactory.empty());
    return RegisteredFactories.of(new CollectivePlugin())
        .collectives()
        .get("threads")
        .connect(new CollectiveContext(own, "step", names, all, timeout, Optional.empty()));
  }

  private Batch draw(Random random) {
    var batch = new Batch(schema, batchSize, HostBuffers.plain());
    StepTiming.fill(batch, batchSize, random);
    return batch;
  }

  List<StepInput> of(int rank, HostBuffers memory) {
    List<StepInput> inputs = new ArrayList<>();
    for (int b = 0; b < count; b++) {
      var batch = new Batch(schema, batchSize, memory);
      copy(batches.get(rank).get(b), batch);
      var input =
          new StepInput(schema, batchSize, spec().maxUniqueRows(), spec().exchange(), memory);
      input.learningRates(.1f, .1f);
      if (ranks == 1) {
        StepInputs.fill(input, batch, id -> slotOf(rank, id));
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

  private int slotOf(int rank, long rowId) {
    Map<Long, Integer> own = slots.computeIfAbsent(rank, r -> new HashMap<>());
    return own.computeIfAbsent(rowId, id -> own.size());
  }
}
