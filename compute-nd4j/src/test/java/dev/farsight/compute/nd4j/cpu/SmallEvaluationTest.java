package dev.farsight.compute.nd4j.cpu;

import static dev.farsight.api.model.Op.Activation.NONE;
import static dev.farsight.api.model.Op.Activation.RELU;
import static dev.farsight.api.model.Op.Activation.SIGMOID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;
import dev.farsight.testkit.compute.ComputeRig;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.TestOptimizer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * In an evaluation of few samples, each has the bits that it has among 64, or a multiple of 64: in
 * random models with the layers that models have, and whatever the size of a full batch. Set {@code
 * OPENBLAS_CORETYPE} to test another kernel set.
 */
class SmallEvaluationTest {

  private static final int[] COUNTS = {1, 2, 3, 7, 8, 9, 13, 21, 31, 33, 45, 63, 64, 65, 127, 200};
  private static final int[] WIDTHS = {1, 3, 16, 17, 18, 19, 32, 64, 70, 130, 256, 400, 512, 700};
  private static final BatchSchema SCHEMA =
      RandomBatches.schema(13, 900, 2, 40, 1, 5, 70, 8, 300, 11, 20, 6, 90, 31, 3);

  /** Layers before and after what crosses features: dots, cross layers or nothing. */
  private record RandomModel(long seed) implements Model {

    @Override
    public Tensor logits(Tape tape) {
      var random = new Random(seed);
      Tensor bag = tape.embeddingBag();
      Tensor x = layers(tape, "bottom", tape.dense(), random);
      x = tape.linear("x", x, bag.width(), RELU);
      Tensor crossed =
          switch ((int) (seed % 4)) {
            case 0 -> tape.pairwise(x, bag);
            case 1 -> cross(tape, tape.concat(x, bag), 0);
            case 2 -> cross(tape, tape.concat(x, bag), 1 + random.nextInt(100));
            default -> tape.concat(tape.factorizationMachine(bag), tape.dense(), bag);
          };
      return tape.linear("last", layers(tape, "top", crossed, random), 1, NONE);
    }

    private static Tensor cross(Tape tape, Tensor x0, int rank) {
      return tape.cross("cross.1", x0, tape.cross("cross.0", x0, x0, rank), rank);
    }

    private static Tensor layers(Tape tape, String name, Tensor from, Random random) {
      Tensor x = from;
      int layers = random.nextInt(4);
      for (int i = 0; i < layers; i++) {
        int width = WIDTHS[random.nextInt(WIDTHS.length)];
        Activation activation = random.nextBoolean() ? RELU : SIGMOID;
        x = tape.linear(name + "." + i, x, width, activation);
      }
      return x;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 12})
  void samplesHaveTheBitsTheyHaveAmongMany(long seed) {
    var random = new Random(seed);
    var model = new RandomModel(seed);
    try (var whole = rig(model, 1, 512);
        var other = rig(model, 2, 2048)) {
      Batch all = whole.batches(seed).next(256);
      float[] expected = whole.evaluate(all);
      for (int count : COUNTS) {
        int from = random.nextInt(256 - count + 1);
        List<Integer> samples = IntStream.range(from, from + count).boxed().toList();
        for (ComputeRig rig : List.of(whole, other)) {
          float[] logits = rig.evaluate(rig.select(all, samples));
          for (int i = 0; i < count; i++) {
            assertThat(logits[i])
                .as("seed %d: sample %d, number %d of %d", seed, from + i, i, count)
                .isEqualTo(expected[from + i]);
          }
        }
      }
    }
  }

  private static ComputeRig rig(Model model, int threads, int batchSize) {
    return new ComputeRig(
        CpuBackends.open(threads),
        model,
        SCHEMA,
        16,
        batchSize,
        TestOptimizer.SGD.spec(),
        ComputeRig.IN_ORDER);
  }
}
