package dev.farsight.compute.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.compute.nd4j.cpu.CpuFactory;
import dev.farsight.compute.nd4j.generic.GenericBackend;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.SmallModel;
import dev.farsight.testkit.compute.StepInputs;
import dev.farsight.testkit.compute.TestOptimizer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A bag of one lookup of weight 1 is what a one-hot feature is, to the bit. */
class SingleLookupTest {

  private static final int BATCH = 300;
  private static final int[] LENGTHS = {BATCH, 1, 77, BATCH};
  private static final int DIM = 8;
  private static final long SEED = 12;
  private static final TableSet TABLES =
      new TableSet(List.of(new Table("a", 90), new Table("b", 3), new Table("c", 500)));
  private static final int ROWS = (int) TABLES.rows();

  /** Ways to say that a sample looks up one row of a table, by name. */
  private static final Map<String, IntFunction<Feature>> WAYS =
      Map.of(
          "one or none, sum", table -> Feature.bag("f" + table, table, 1, Pooling.SUM),
          "one or none, mean", table -> Feature.bag("f" + table, table, 1, Pooling.MEAN),
          "one or none, max", table -> Feature.bag("f" + table, table, 1, Pooling.MAX),
          "up to five, sum", table -> Feature.bag("f" + table, table, 5, Pooling.SUM),
          "up to five, max", table -> Feature.bag("f" + table, table, 5, Pooling.MAX),
          "weighted sum", table -> new Feature("f" + table, table, 1, 1, Pooling.SUM, true),
          "weighted mean", table -> Feature.bag("f" + table, table, 3, Pooling.MEAN).withWeights(),
          "mixed",
              table ->
                  table == 1
                      ? new Feature("f1", 1)
                      : Feature.bag("f" + table, table, 2, Pooling.SUM));

  private static BatchSchema schema(IntFunction<Feature> ofTable) {
    var features = IntStream.range(0, 3).mapToObj(ofTable).toList();
    return new BatchSchema(5, TABLES, features, RandomBatches.schema(5, 1).columns());
  }

  private enum Backend {
    CPU {
      @Override
      ComputeBackend open() {
        String section = "farsight.compute.nd4j-native";
        var own = Settings.of(section, ConfigFactory.defaultReference().getConfig(section));
        return new CpuFactory().open(new ComputeContext(own, 2));
      }
    },
    GENERIC {
      @Override
      ComputeBackend open() {
        return new GenericBackend(null, 2);
      }
    };

    abstract ComputeBackend open();
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void everyWayToSayItGivesTheSameBits(Backend backend) {
    for (TestOptimizer kind : TestOptimizer.values()) {
      float[] expected = train(backend, schema(table -> new Feature("f" + table, table)), kind);
      WAYS.forEach(
          (way, feature) ->
              assertThat(train(backend, schema(feature), kind))
                  .as("seed %d, %s, %s", SEED, way, kind)
                  .isEqualTo(expected));
    }
  }

  /** Logits and losses of all steps, then rows. */
  private static float[] train(Backend kind, BatchSchema schema, TestOptimizer optimizer) {
    var format = optimizer.rowFormat(DIM);
    var spec = new StepSpec(schema, BATCH, ROWS, format, optimizer.spec());
    var tape = new Tape(schema, DIM);
    tape.finish(SmallModel.DLRM.logits(tape));
    var random = new Random(SEED);
    try (ComputeBackend backend = kind.open();
        HostBuffers buffers = backend.buffers();
        SlotMemory slots = backend.slots(format, ROWS, ROWS, ROWS);
        CompiledStep step = backend.compile(tape, spec, slots)) {
      draw(step, slots, buffers, random);
      var results = new ArrayList<float[]>();
      var input = new StepInput(schema, BATCH, ROWS, buffers);
      input.learningRates(.05f, .05f);
      for (int samples : LENGTHS) {
        StepInputs.fill(input, batch(schema, samples, buffers, random), rowId -> (int) rowId);
        step.evaluate(input).await();
        var logits = new float[samples];
        input.logits().get(0, logits);
        results.add(logits);
        step.train(input).await();
        results.add(new float[] {input.loss().get(0)});
      }
      results.add(rows(slots, buffers));
      var all = FloatBuffer.allocate(results.stream().mapToInt(values -> values.length).sum());
      results.forEach(all::put);
      return all.array();
    }
  }

  private static Batch batch(BatchSchema schema, int samples, HostBuffers buffers, Random random) {
    var batch = new Batch(schema, BATCH, buffers);
    for (int i = 0; i < samples * 5; i++) {
      batch.dense().put(i, (float) random.nextGaussian());
    }
    for (int s = 0; s < samples; s++) {
      batch.labels().put(s, random.nextInt(2));
      for (int f = 0; f < 3; f++) {
        batch.indices(f)[s] = random.nextInt(TABLES.get(f).rows());
        if (batch.offsets(f) != null) {
          batch.offsets(f)[s + 1] = s + 1;
        }
        if (batch.lookupWeights(f) != null) {
          batch.lookupWeights(f).put(s, 1);
        }
      }
    }
    batch.samples(samples);
    return batch;
  }

  private static void draw(
      CompiledStep step, SlotMemory slots, HostBuffers buffers, Random random) {
    for (int p = 0; p < step.dense().parameters().size(); p++) {
      var parameter = step.dense().parameters().get(p);
      if (!parameter.optimizerState()) {
        step.dense().write(p, draw(parameter.size(), random));
      }
    }
    var moves = new RowMoves(ROWS, buffers);
    for (int row = 0; row < ROWS; row++) {
      slots.in().floats(row).put(slots.in().wordAt(row), draw(DIM, random));
      moves.load(row);
    }
    slots.move(moves).await();
  }

  private static float[] draw(int count, Random random) {
    var values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - .5f;
    }
    return values;
  }

  private static float[] rows(SlotMemory slots, HostBuffers buffers) {
    var moves = new RowMoves(ROWS, buffers);
    for (int row = 0; row < ROWS; row++) {
      moves.evict(row);
    }
    slots.move(moves).await();
    int words = slots.format().words();
    var values = new float[ROWS * words];
    for (int row = 0; row < ROWS; row++) {
      slots.out().floats(row).get(slots.out().wordAt(row), values, row * words, words);
    }
    return values;
  }
}
