package dev.farsight.compute.nd4j.cpu;

import com.sun.management.OperatingSystemMXBean;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.RowWeights;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.testkit.compute.StepInputs;
import dev.farsight.testkit.compute.TestOptimizer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Prints what a training step costs on this machine, all rows resident: DLRM at Kaggle
 * cardinalities, Zipf 1.05. First op by op on one thread, then whole steps. Arguments: batch size
 * (2048), threads (2), a {@link TestOptimizer} ({@code SGD}), the precision of rows ({@code fp32}),
 * and the pooling of {@value #BAGS} features that have {@value #LOOKUPS} lookups each; without it,
 * all are one-hot.
 */
final class StepTiming {

  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final int DIM = 16;
  private static final int BATCHES = 4;
  private static final int BAGS = 8;
  private static final int LOOKUPS = 10;
  private static final int[] KAGGLE = {
    1460, 583, 10131227, 2202608, 305, 24, 12517, 633, 3, 93145, 5683, 8351593, 3194, 27, 14992,
    5461306, 10, 5652, 2173, 4, 7046547, 18, 15, 286181, 105, 142572
  };

  private final int batchSize;
  private final int threads;
  private final StepSpec spec;
  private final NativeMemory memory = new NativeMemory();
  private final Random random = new Random(7);
  private final List<StepInput> inputs = new ArrayList<>();

  /**
   * @param pooling of the bags; null for none
   */
  private StepTiming(
      int batchSize, int threads, OptimizerSpec optimizer, Precision precision, Pooling pooling) {
    this.batchSize = batchSize;
    this.threads = threads;
    var tables = new ArrayList<Table>();
    var features = new ArrayList<Feature>();
    for (int t = 0; t < KAGGLE.length; t++) {
      String name = "C" + (t + 1);
      boolean bag = pooling != null && t % 3 == 0 && t < 3 * BAGS;
      tables.add(new Table(name, KAGGLE[t]));
      features.add(bag ? Feature.bag(name, t, LOOKUPS, pooling) : new Feature(name, t));
    }
    var schema = new BatchSchema(13, new TableSet(tables), features, Set.of(Column.LABEL));
    var format = new RowFormat(DIM, precision, optimizer.rows().rowState(DIM));
    spec =
        new StepSpec(schema, batchSize, (int) schema.maxUniqueRows(batchSize), format, optimizer);
    for (int b = 0; b < BATCHES; b++) {
      inputs.add(input());
    }
  }

  public static void main(String[] args) {
    var kind = args.length > 2 ? TestOptimizer.valueOf(upper(args[2])) : TestOptimizer.SGD;
    var precision = args.length > 3 ? Precision.valueOf(upper(args[3])) : Precision.FP32;
    int batchSize = args.length > 0 ? Integer.parseInt(args[0]) : 2048;
    int threads = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    var pooling = args.length > 4 ? Pooling.valueOf(upper(args[4])) : null;
    new StepTiming(batchSize, threads, kind.spec(), precision, pooling).run();
  }

  private static String upper(String argument) {
    return argument.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private StepInput input() {
    var batch = new Batch(spec.schema(), batchSize, memory);
    for (int i = 0; i < batchSize * 13; i++) {
      batch.dense().put(i, (float) random.nextGaussian());
    }
    for (int s = 0; s < batchSize; s++) {
      batch.labels().put(s, random.nextInt(4) == 0 ? 1 : 0);
    }
    for (int f = 0; f < KAGGLE.length; f++) {
      int lookups = spec.schema().features().get(f).maxLookups();
      for (int i = 0; i < batchSize * lookups; i++) {
        batch.indices(f)[i] = index(KAGGLE[f]);
      }
      for (int s = 0; s <= batchSize && batch.offsets(f) != null; s++) {
        batch.offsets(f)[s] = s * lookups;
      }
    }
    batch.samples(batchSize);
    var input = new StepInput(spec.schema(), batchSize, spec.maxUniqueRows(), memory);
    input.learningRates(.1f, .1f);
    input.updates(1000, 1000);
    StepInputs.fill(input, batch, rowId -> (int) rowId);
    return input;
  }

  private int index(int rows) {
    double power = 1 - 1.05;
    double u = random.nextDouble();
    double x = Math.pow((Math.pow(rows + 1, power) - 1) * u + 1, 1 / power);
    long rank = Math.max(0, Math.min((long) x - 1, rows - 1));
    return (int) (rank * 2654435761L % rows);
  }

  private Tape tape() {
    var tape = new Tape(spec.schema(), DIM);
    Tensor x = tape.dense();
    int[] bottom = {512, 256, 64, DIM};
    for (int i = 0; i < bottom.length; i++) {
      x = tape.linear("bottom." + i, x, bottom[i], Activation.RELU);
    }
    x = tape.pairwise(x, tape.embeddingBag());
    int[] top = {512, 256};
    for (int i = 0; i < top.length; i++) {
      x = tape.linear("top." + i, x, top[i], Activation.RELU);
    }
    return tape.finish(tape.linear("top.2", x, 1, Activation.NONE));
  }

  private void run() {
    int rows = (int) spec.schema().tables().rows();
    var blas = new OpenBlas("auto");
    try (var workers = new Workers("compute", threads);
        var slots = new CpuSlots(spec.format(), rows, 1, 1, workers)) {
      fill(slots);
      ops(new StepParts(tape(), spec, slots.rows(), null, new LearningAlone(), blas, 1, memory));
      steps(new CpuStep(tape(), spec, slots, blas, workers));
    }
    memory.close();
  }

  /** Any values do; untouched pages would all be one, and in cache. */
  private static void fill(CpuSlots slots) {
    var format = slots.format();
    var weights = new RowWeights(format);
    var values = new float[format.dim()];
    var state = new float[format.stateFloats()];
    Arrays.fill(values, 1e-3f);
    Arrays.fill(state, 1e-3f);
    for (int slot = 0; slot < slots.slots(); slot++) {
      weights.putNearest(slots.rows().chunk(slot), slots.rows().at(slot), values);
      slots.rows().chunk(slot).put(slots.rows().at(slot) + format.stateWord(), state);
    }
  }

  private static void draw(DenseParameters parameters) {
    var random = new Random(1);
    for (int p = 0; p < parameters.parameters().size(); p++) {
      var parameter = parameters.parameters().get(p);
      if (!parameter.optimizerState()) {
        var values = new float[parameter.size()];
        double bound = 1 / Math.sqrt(parameter.shape().get(parameter.shape().size() - 1));
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) ((random.nextDouble() * 2 - 1) * bound);
        }
        parameters.write(p, values);
      }
    }
  }

  /** CPU time, each call's best, because other processes disturb long ones. */
  private void ops(StepParts parts) {
    var program = new StepCompiler(tape(), parts).compile();
    draw(parts.parameters());
    var scratch = Scratch.of(1)[0];
    var best = new TreeMap<String, Double>();
    for (int round = 0; round < 40; round++) {
      var input = inputs.get(round % BATCHES);
      var loss = new Loss(program.logits(), parts.tiling().tiles());
      loss.begin(input);
      for (int t = 0; t < parts.tiling().tiles(); t++) {
        var tile = new Tile(t, t * parts.tiling().size());
        tile.fill(input, parts.tiling().size(), false);
        int k = 0;
        for (Kernel kernel : program.kernels()) {
          time(best, name(k++, kernel) + " forward:" + t, () -> kernel.forward(tile, scratch));
        }
        time(best, "loss:" + t, () -> loss.forward(tile));
        time(best, "loss gradient:" + t, () -> loss.backward(tile));
        for (k = program.learning().size() - 1; k >= 0; k--) {
          Kernel kernel = program.learning().get(k);
          int number = program.kernels().indexOf(kernel);
          time(best, name(number, kernel) + " backward:" + t, () -> kernel.backward(tile, scratch));
        }
      }
      parts.rules().begin(input);
      int u = 0;
      for (Update update : program.updates()) {
        String name = update.getClass().getSimpleName() + " " + update.cost();
        time(best, name + ":" + u++, () -> update.run(input, scratch));
      }
    }
    var sums = new TreeMap<String, Double>();
    best.forEach((name, ms) -> sums.merge(name.substring(0, name.indexOf(':')), ms, Double::sum));
    sums.put("= sum", sums.values().stream().mapToDouble(ms -> ms).sum());
    sums.forEach((name, ms) -> System.out.printf("%-36s %8.3f ms%n", name, ms));
  }

  private static String name(int k, Kernel kernel) {
    return String.format("%02d %s", k, kernel.getClass().getSimpleName());
  }

  private static void time(Map<String, Double> best, String name, Runnable body) {
    long start = CLOCK.getCurrentThreadCpuTime();
    body.run();
    best.merge(name, (CLOCK.getCurrentThreadCpuTime() - start) / 1e6, Math::min);
  }

  private void steps(CpuStep step) {
    draw((DenseParameters) step.dense());
    var times = new double[100];
    for (int s = 0; s < 20; s++) {
      step.train(inputs.get(s % BATCHES)).await();
    }
    var cpu = new double[times.length];
    for (int s = 0; s < times.length; s++) {
      var input = inputs.get(s % BATCHES);
      long start = System.nanoTime();
      long cpuStart = PROCESS.getProcessCpuTime();
      step.train(input).await();
      cpu[s] = (PROCESS.getProcessCpuTime() - cpuStart) / 1e6;
      times[s] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(times);
    Arrays.sort(cpu);
    System.out.printf(
        "CPU time of all threads a step: best %.2f ms, median %.2f ms%n",
        cpu[0], cpu[cpu.length / 2]);
    System.out.printf(
        "step, %d threads: best %.2f ms, median %.2f ms; %.0f and %.0f samples/s; loss %.4f%n",
        threads,
        times[0],
        times[times.length / 2],
        1e3 * batchSize / times[0],
        1e3 * batchSize / times[times.length / 2],
        inputs.get(0).loss().get(0));
    step.close();
  }
}
