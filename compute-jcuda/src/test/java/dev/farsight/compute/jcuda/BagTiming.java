package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.FoundRows;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.RowFinder;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowGroups;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.testkit.compute.StepInputs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import jcuda.driver.CUevent;

/**
 * Prints how fast a GPU pools bags, sums their rows' gradients and updates the rows: ten tables of
 * a million rows, all of them in slots, batches of 10,486 samples with ten lookups in each table,
 * dimension 128. The model is one layer of one output. Lookups are uniform, then Zipf 1.05. After
 * the medians of the commands come those of the search for unique rows and of the batch's way to
 * the device, without and with the order of its lookups.
 */
final class BagTiming {

  private static final int DIM = 128;
  private static final int TABLES = 10;
  private static final int ROWS = 1_000_000;
  private static final int BATCH = 10_486;
  private static final int BAG = 10;
  private static final int BATCHES = 4;
  private static final int ROUNDS = 20;

  private final StepSpec spec;
  private final Random random = new Random(8);

  BagTiming(OptimizerSpec optimizer, Pooling pooling) {
    List<Table> tables = new ArrayList<>();
    List<Feature> features = new ArrayList<>();
    for (int t = 0; t < TABLES; t++) {
      tables.add(new Table("t" + t, ROWS));
      features.add(Feature.bag("f" + t, t, BAG, pooling));
    }
    var schema = new BatchSchema(0, new TableSet(tables), features, Set.of(Column.LABEL));
    int unique = (int) schema.maxUniqueRows(BATCH);
    spec = new StepSpec(schema, BATCH, unique, optimizer.rows().rowFormat(DIM), optimizer);
  }

  void run(Precision precision) {
    var tape = new Tape(spec.schema(), DIM);
    tape.finish(tape.linear("top", tape.embeddingBag(), 1, Activation.NONE));
    for (boolean skewed : new boolean[] {false, true}) {
      try (var backend = new JcudaBackend(0, precision, JcudaBackends.kernelCache());
          var memory = backend.buffers();
          var slots = (JcudaSlots) backend.slots(spec.format(), TABLES * ROWS, 1024, 1024);
          var step = (JcudaStep) backend.compile(tape, spec, slots)) {
        StepTiming.draw(step);
        RowFinder finder = step.rowFinder(RowGroups.one(spec.schema().tables()));
        List<StepInput> inputs = new ArrayList<>();
        for (int b = 0; b < BATCHES; b++) {
          inputs.add(input(memory, skewed));
        }
        int lookups = inputs.get(0).batch().lookups();
        System.out.printf(
            "%s, %s, %s of %s bags: %d lookups, %d unique rows in the first batch; device memory of the step %d MiB%n",
            backend.gpu(),
            precision,
            spec.schema().features().get(0).pooling(),
            skewed ? "Zipf 1.05" : "uniform",
            lookups,
            inputs.get(0).uniqueRows(),
            step.deviceBytes() >> 20);
        if (finder == null) {
          System.out.println("the host searches for unique rows");
        } else {
          search(backend, finder, inputs);
        }
        for (StepInput input : inputs) {
          step.train(input).await();
          step.train(input).await();
        }
        Map<Stage, Double> us = StepTiming.commands(backend, step, inputs);
        double embedding = us.get(Stage.POOLING) + us.get(Stage.ROWS);
        System.out.printf(
            "pooling %.0f us, rows %.0f us: %.0f M lookups/s%n",
            us.get(Stage.POOLING), us.get(Stage.ROWS), lookups / embedding);
        wayToTheDevice(backend, step, inputs);
        StepTiming.graphs(backend, step, inputs);
        System.out.printf("loss %.5f%n", inputs.get(0).loss().get(0));
      }
    }
  }

  private StepInput input(HostBuffers memory, boolean skewed) {
    var batch = new Batch(spec.schema(), BATCH, memory);
    for (int s = 0; s < BATCH; s++) {
      batch.labels().put(s, random.nextInt(4) == 0 ? 1 : 0);
    }
    for (int f = 0; f < TABLES; f++) {
      Arrays.setAll(batch.offsets(f), s -> BAG * s);
      for (int i = 0; i < BAG * BATCH; i++) {
        batch.indices(f)[i] = skewed ? StepTiming.zipf(random, ROWS) : random.nextInt(ROWS);
      }
    }
    batch.samples(BATCH);
    var input = new StepInput(spec.schema(), BATCH, spec.maxUniqueRows(), memory);
    input.learningRates(.1f, .1f);
    StepInputs.fill(input, batch, rowId -> (int) rowId);
    return input;
  }

  /** From the copy of indices to the delivery; leaves what was found with the inputs. */
  private static void search(JcudaBackend backend, RowFinder finder, List<StepInput> inputs) {
    List<FoundRows> rooms = new ArrayList<>();
    for (StepInput input : inputs) {
      rooms.add(finder.room());
      finder.find(input.batch(), rooms.get(rooms.size() - 1)).await();
      input.foundRows(rooms.get(rooms.size() - 1));
    }
    var times = new float[ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
      int b = r % BATCHES;
      times[r] = time(backend.search(), () -> finder.find(inputs.get(b).batch(), rooms.get(b)));
    }
    print("search, with the copy of indices", times);
  }

  /** Evaluations need no order. */
  private static void wayToTheDevice(JcudaBackend backend, JcudaStep step, List<StepInput> inputs) {
    for (boolean training : new boolean[] {false, true}) {
      var times = new float[ROUNDS];
      for (int r = 0; r < ROUNDS; r++) {
        StepInput input = inputs.get(r % BATCHES);
        Gpu.synchronize(backend.lane());
        times[r] =
            time(
                backend.batches(),
                () -> {
                  if (training) {
                    step.train(input);
                  } else {
                    step.evaluate(input);
                  }
                });
      }
      print(training ? "batch in, and order of lookups" : "batch in", times);
    }
    Gpu.synchronize(backend.lane());
  }

  /** Milliseconds that a stream is busy with work, from when the host begins to give it. */
  private static float time(Stream stream, Runnable work) {
    CUevent from = Gpu.timedEvent();
    CUevent to = Gpu.timedEvent();
    Gpu.record(from, stream);
    work.run();
    Gpu.record(to, stream);
    Gpu.synchronize(stream);
    return Gpu.elapsed(from, to);
  }

  private static void print(String what, float[] times) {
    Arrays.sort(times);
    System.out.printf("%-36s %8.1f us%n", what, 1e3 * times[times.length / 2]);
  }
}
