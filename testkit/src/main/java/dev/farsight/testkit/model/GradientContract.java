package dev.farsight.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.testkit.compute.Float64Gradients;
import dev.farsight.testkit.compute.Float64Step;
import dev.farsight.testkit.compute.Lookup;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.TestOptimizer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients in float64: right, and there for everything that can be learnt. */
interface GradientContract extends ModelUnderTest {

  int SAMPLES = 32;
  double DIFFERENCE = 1e-6;

  private Float64Step step(ModelCase of, Random random) {
    var tape = ModelUnderTest.tape(model(of), dim(), of.schema());
    var step = new Float64Step(tape, TestOptimizer.SGD.spec());
    step.dense().values().forEach(values -> draw(random, values));
    for (long row = 0; row < of.schema().tables().rows(); row++) {
      var weights = new double[dim()];
      draw(random, weights);
      step.rows().put(row, weights);
    }
    return step;
  }

  private static void draw(Random random, double[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = random.nextDouble() - .5;
    }
  }

  private static Batch batch(BatchSchema schema, long seed) {
    return new RandomBatches(schema, SAMPLES, HostBuffers.plain(), seed).next(SAMPLES);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(CASES)
  default void gradientsAreDifferencesOfTheLoss(ModelCase of) {
    long seed = 4;
    var random = new Random(seed);
    Float64Step step = step(of, random);
    Batch batch = batch(of.schema(), seed);
    Float64Gradients gradients = step.gradients(batch);
    gradients
        .dense()
        .forEach(
            (name, gradient) -> {
              int i = random.nextInt(gradient.length);
              assertThat(gradient[i])
                  .as("seed %d, gradient of %s [%d]", seed, name, i)
                  .isCloseTo(difference(step, batch, step.dense().get(name), i), within(1e-7));
            });
    for (Map.Entry<Long, double[]> row : gradients.rows().entrySet()) {
      int d = random.nextInt(dim());
      assertThat(row.getValue()[d])
          .as("seed %d, gradient of row %d [%d]", seed, row.getKey(), d)
          .isCloseTo(difference(step, batch, step.rows().get(row.getKey()), d), within(1e-7));
    }
  }

  private static double difference(Float64Step step, Batch batch, double[] values, int i) {
    double value = values[i];
    values[i] = value + DIFFERENCE;
    double above = step.trainingLoss(batch);
    values[i] = value - DIFFERENCE;
    double below = step.trainingLoss(batch);
    values[i] = value;
    return (above - below) / (2 * DIFFERENCE);
  }

  /** What has no gradient in any of some batches is not connected to the logit. */
  @ParameterizedTest(name = "{0}")
  @MethodSource(CASES)
  default void everyParameterAndEveryFeatureReachesTheLogit(ModelCase of) {
    Set<String> reached = new HashSet<>();
    Set<Integer> features = new HashSet<>();
    for (long seed = 5; seed < 10; seed++) {
      Float64Step step = step(of, new Random(seed));
      Batch batch = batch(of.schema(), seed);
      Float64Gradients gradients = step.gradients(batch);
      gradients
          .dense()
          .forEach(
              (name, gradient) -> {
                if (Arrays.stream(gradient).anyMatch(g -> g != 0)) {
                  reached.add(name);
                }
              });
      for (int f = 0; f < of.schema().features().size(); f++) {
        if (movesTheLogits(step, batch, f)) {
          features.add(f);
        }
      }
    }
    Set<String> unreached = new TreeSet<>(step(of, new Random(0)).dense().keySet());
    unreached.removeAll(reached);
    requireNone("without a gradient: parameter ", unreached);
    Set<String> unused = new TreeSet<>();
    for (int f = 0; f < of.schema().features().size(); f++) {
      if (!features.contains(f)) {
        unused.add(of.schema().features().get(f).name());
      }
    }
    requireNone("changes no logit: feature ", unused);
  }

  private static void requireNone(String what, Set<String> names) {
    if (!names.isEmpty()) {
      throw new AssertionError(
          what + String.join(", ", names) + " (seeds 5 to 9): is it connected to the logit?");
    }
  }

  /** Whether other rows of a feature's lookups make other logits. */
  private static boolean movesTheLogits(Float64Step step, Batch batch, int feature) {
    double[] before = step.logits(batch);
    Set<Long> rows = new HashSet<>();
    for (int s = 0; s < batch.samples(); s++) {
      Lookup.ofBag(batch, feature, s).forEach(lookup -> rows.add(lookup.rowId()));
    }
    rows.forEach(row -> shift(step.rows().get(row), .125));
    double[] after = step.logits(batch);
    rows.forEach(row -> shift(step.rows().get(row), -.125));
    return !Arrays.equals(before, after);
  }

  private static void shift(double[] row, double by) {
    for (int d = 0; d < row.length; d++) {
      row[d] += by;
    }
  }
}
