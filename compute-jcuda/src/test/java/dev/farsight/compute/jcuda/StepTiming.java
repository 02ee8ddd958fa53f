package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.testkit.compute.StepInputs;
import dev.farsight.testkit.compute.TestOptimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import jcuda.driver.CUevent;

/**
 * Prints where a training step's time goes on a GPU: Kaggle cardinalities, Zipf 1.05, batch 16,384,
 * dimension 128, all rows of four batches in slots. Each command's median over 50 steps, run one by
 * one between events; then the matrix products alone, all but gradients and update of rows, and
 * whole steps, inputs copied each time, as graphs; then the same with 26,000 rows loaded and
 * evicted before each step. Arguments: precision (tf32), optimizer (sgd, or another {@link
 * TestOptimizer}), precision of rows (fp32), and {@code dlrm}, {@code dcn} (MLPerf's dense part:
 * three cross layers of rank 512) or {@code deepfm}. If {@code bags} and a pooling (sum) come
 * before them, {@link BagTiming}.
 */
final class StepTiming {

  static final int DIM = 128;
  static final int BATCH = 16_384;
  private static final int BATCHES = 4;
  private static final int STEPS = 50;

  /** Rows that a batch loads and evicts: about as many as with a cache of 1 %. */
  private static final int MOVED = 26_000;

  private static final int[] KAGGLE = {
    1460, 583, 10131227, 2202608, 305, 24, 12517, 633, 3, 93145, 5683, 8351593, 3194, 27, 14992,
    5461306, 10, 5652, 2173, 4, 7046547, 18, 15, 286181, 105, 142572
  };

  private final StepSpec spec;
  private final String model;
  private final Random random = new Random(7);
  private final Map<Long, Integer> slotOf = new HashMap<>();

  private StepTiming(OptimizerSpec optimizer, RowFormat.Precision rows, String model) {
    this.model = model;
    BatchSchema schema = schema();
    var format = new RowFormat(DIM, rows, optimizer.rows().rowState(DIM));
    spec = new StepSpec(schema, BATCH, BATCH * KAGGLE.length, format, optimizer);
  }

  static BatchSchema schema() {
    List<Table> tables = new ArrayList<>();
    for (int t = 0; t < KAGGLE.length; t++) {
      tables.add(new Table("C" + (t + 1), KAGGLE[t]));
    }
    return new BatchSchema(13, new TableSet(tables), true, false);
  }

  public static void main(String[] args) {
    boolean bags = args.length > 0 && args[0].equals("bags");
    int first = bags ? 2 : 0;
    var precision = Precision.valueOf(argument(args, first, "tf32").toUpperCase(Locale.ROOT));
    String optimizer = argument(args, first + 1, "sgd").replace('-', '_');
    var kind = TestOptimizer.valueOf(optimizer.toUpperCase(Locale.ROOT));
    if (bags) {
      var pooling = Pooling.valueOf(argument(args, 1, "sum").toUpperCase(Locale.ROOT));
      new BagTiming(kind.spec(), pooling).run(precision);
    } else {
      String rows = argument(args, first + 2, "fp32").toUpperCase(Locale.ROOT);
      String model = argument(args, first + 3, "dlrm");
      new StepTiming(kind.spec(), RowFormat.Precision.valueOf(rows), model).run(precision);
    }
  }

  private static String argument(String[] args, int at, String otherwise) {
    return args.length > at ? args[at] : otherwise;
  }

  /** A row by Zipf 1.05; frequent rows are scattered. */
  static int zipf(Random random, int rows) {
    double power = 1 - 1.05;
    double u = random.nextDouble();
    double x = Math.pow((Math.pow(rows + 1, power) - 1) * u + 1, 1 / power);
    long rank = Math.max(0, Math.min((long) x - 1, rows - 1));
    return (int) (rank * 2654435761L % rows);
  }

  static void fill(Batch batch, int samples, Random random) {
    for (int i = 0; i < samples * 13; i++) {
      batch.dense().put(i, (float) random.nextGaussian());
    }
    for (int s = 0; s < samples; s++) {
      batch.labels().put(s, random.nextInt(4) == 0 ? 1 : 0);
      for (int t = 0; t < KAGGLE.length; t++) {
        batch.indices(t)[s] = zipf(random, KAGGLE[t]);
      }
    }
    batch.samples(samples);
  }

  private StepInput input(HostBuffers memory) {
    var batch = new Batch(spec.schema(), BATCH, memory);
    fill(batch, BATCH, random);
    var input = new StepInput(spec.schema(), BATCH, spec.maxUniqueRows(), memory);
    input.learningRates(.1f, .1f);
    StepInputs.fill(input, batch, rowId -> slotOf.computeIfAbsent(rowId, id -> slotOf.size()));
    return input;
  }

  private Tape tape() {
    return tape(spec.schema(), model);
  }

  static Tape tape(BatchSchema schema, String model) {
    var tape = new Tape(schema, DIM);
    Tensor bag = tape.embeddingBag();
    Tensor bottom = layers(tape, "bottom", tape.dense(), 512, 256, DIM);
    return switch (model) {
      case "dlrm" -> tape.finish(top(tape, tape.pairwise(bottom, bag)));
      case "dcn" -> {
        Tensor x0 = tape.concat(bottom, bag);
        Tensor x = x0;
        for (int i = 0; i < 3; i++) {
          x = tape.cross("cross." + i, x0, x, 512);
        }
        yield tape.finish(top(tape, x));
      }
      case "deepfm" -> {
        Tensor vectors = tape.slice(bag, 0, DIM - 4);
        Tensor first = tape.sum(tape.slice(bag, DIM - 1, 1));
        Tensor second = tape.sum(tape.factorizationMachine(vectors));
        yield tape.finish(tape.add(first, second, top(tape, tape.concat(vectors, bottom))));
      }
      default -> throw new IllegalArgumentException("no model " + model);
    };
  }

  private static Tensor layers(Tape tape, String name, Tensor input, int... widths) {
    Tensor x = input;
    for (int i = 0; i < widths.length; i++) {
      x = tape.linear(name + "." + i, x, widths[i], Activation.RELU);
    }
    return x;
  }

  private static Tensor top(Tape tape, Tensor input) {
    Tensor x = layers(tape, "top", input, 1024, 1024, 512, 256);
    return tape.linear("top.4", x, 1, Activation.NONE);
  }

  private void run(Precision precision) {
    try (var backend = new JcudaBackend(0, precision, JcudaBackends.kernelCache());
        var memory = backend.buffers();
        var slots =
            (JcudaSlots) backend.slots(spec.format(), 500_000, BATCHES * MOVED, BATCHES * MOVED);
        var step = (JcudaStep) backend.compile(tape(), spec, slots)) {
      draw(step);
      List<StepInput> inputs = new ArrayList<>();
      for (int b = 0; b < BATCHES; b++) {
        inputs.add(input(memory));
      }
      System.out.printf(
          "%s, %s, %d unique rows in the first batch; device memory: step %d MiB%n",
          backend.gpu(), precision, inputs.get(0).uniqueRows(), step.deviceBytes() >> 20);
      for (StepInput input : inputs) {
        step.train(input).await();
        step.train(input).await();
      }
      commands(backend, step, inputs);
      alone("matrix products", EnumSet.of(Stage.PRODUCTS), backend, step, inputs);
      alone(
          "all but rows",
          EnumSet.complementOf(EnumSet.of(Stage.ROWS, Stage.POOLING)),
          backend,
          step,
          inputs);
      graphs(backend, step, inputs);
      moving(backend, memory, slots, step, inputs);
      System.out.printf("loss %.5f%n", inputs.get(0).loss().get(0));
    }
  }

  static void draw(JcudaStep step) {
    var random = new Random(1);
    var parameters = step.dense().parameters();
    for (int p = 0; p < parameters.size(); p++) {
      var parameter = parameters.get(p);
      if (!parameter.optimizerState()) {
        var values = new float[parameter.size()];
        double bound = 1 / Math.sqrt(parameter.shape().get(parameter.shape().size() - 1));
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) ((random.nextDouble() * 2 - 1) * bound);
        }
        step.dense().write(p, values);
      }
    }
  }

  /** Microseconds by stage. */
  static Map<Stage, Double> commands(JcudaBackend backend, JcudaStep step, List<StepInput> inputs) {
    List<Command> commands = step.commands();
    var events = new CUevent[commands.size() + 1];
    Arrays.setAll(events, i -> Gpu.timedEvent());
    var times = new float[commands.size()][STEPS];
    for (int s = 0; s < STEPS; s++) {
      long address = step.address(inputs.get(s % BATCHES));
      Gpu.record(events[0], backend.lane());
      for (int c = 0; c < commands.size(); c++) {
        commands.get(c).enqueue(backend.lane(), address);
        Gpu.record(events[c + 1], backend.lane());
      }
      Gpu.synchronize(backend.lane());
      for (int c = 0; c < commands.size(); c++) {
        times[c][s] = Gpu.elapsed(events[c], events[c + 1]);
      }
    }
    double total = 0;
    Map<Stage, Double> stages = new EnumMap<>(Stage.class);
    for (int c = 0; c < commands.size(); c++) {
      Arrays.sort(times[c]);
      float median = times[c][STEPS / 2];
      total += median;
      stages.merge(commands.get(c).stage(), 1e3 * median, Double::sum);
      System.out.printf("%-36s %8.1f us%n", commands.get(c).name(), 1e3 * median);
    }
    System.out.printf("%-36s %8.1f us%n", "= sum, with gaps", 1e3 * total);
    return stages;
  }

  /** Commands of some stages, as a graph. */
  private static void alone(
      String what,
      Set<Stage> stages,
      JcudaBackend backend,
      JcudaStep step,
      List<StepInput> inputs) {
    List<Command> some =
        step.commands().stream().filter(command -> stages.contains(command.stage())).toList();
    var graph = new Graph(some, backend.batches(), step.address(inputs.get(0)));
    CUevent from = Gpu.timedEvent();
    CUevent to = Gpu.timedEvent();
    for (int round = 0; round < 3; round++) {
      Gpu.record(from, backend.lane());
      for (int s = 0; s < 4 * STEPS; s++) {
        graph.launch(backend.lane());
      }
      Gpu.record(to, backend.lane());
      Gpu.synchronize(backend.lane());
      System.out.printf("%s alone: %.3f ms%n", what, Gpu.elapsed(from, to) / (4 * STEPS));
    }
    graph.destroy();
  }

  static void graphs(JcudaBackend backend, JcudaStep step, List<StepInput> inputs) {
    CUevent from = Gpu.timedEvent();
    CUevent to = Gpu.timedEvent();
    for (int round = 0; round < 3; round++) {
      Gpu.record(from, backend.lane());
      for (int s = 0; s < 4 * STEPS; s++) {
        step.train(inputs.get(s % BATCHES));
      }
      Gpu.record(to, backend.lane());
      Gpu.synchronize(backend.lane());
      float ms = Gpu.elapsed(from, to) / (4 * STEPS);
      System.out.printf("graphs: %.3f ms a step, %.0f it/s%n", ms, 1e3 / ms);
    }
  }

  private void moving(
      JcudaBackend backend,
      HostBuffers memory,
      JcudaSlots slots,
      JcudaStep step,
      List<StepInput> inputs) {
    List<RowMoves> moves = new ArrayList<>();
    for (int m = 0; m < BATCHES; m++) {
      var move = new RowMoves(MOVED, memory);
      int first = random.nextInt(slots.slots());
      for (int i = 0; i < MOVED; i++) {
        int slot = (int) ((first + 7919L * i) % slots.slots());
        move.evict(slot);
        move.load(slot);
      }
      move.inFrom(m * MOVED);
      move.outFrom(m * MOVED);
      moves.add(move);
    }
    var tickets = new Ticket[BATCHES];
    Arrays.fill(tickets, Ticket.DONE);
    CUevent from = Gpu.timedEvent();
    CUevent to = Gpu.timedEvent();
    for (int round = 0; round < 3; round++) {
      Gpu.record(from, backend.lane());
      for (int s = 0; s < 4 * STEPS; s++) {
        int m = s % BATCHES;
        tickets[m].await();
        slots.stage(m * MOVED, MOVED);
        tickets[m] = slots.move(moves.get(m));
        step.train(inputs.get(m));
      }
      Gpu.record(to, backend.lane());
      Gpu.synchronize(backend.lane());
      float ms = Gpu.elapsed(from, to) / (4 * STEPS);
      System.out.printf("graphs and moves: %.3f ms a step, %.0f it/s%n", ms, 1e3 / ms);
    }
  }
}
