package dev.farsight.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.Batch;
import dev.farsight.testkit.compute.Closeness;
import dev.farsight.testkit.compute.ComputeRig;
import dev.farsight.testkit.compute.Float64Step;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.TestBackend;
import dev.farsight.testkit.compute.TestOptimizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Training and scoring: the numbers of every backend are those of {@link Float64Step}. */
interface TrainingContract extends ModelUnderTest {

  int BATCH = 24;

  private ComputeRig rig(ModelCase of, TestBackend backend, TestOptimizer optimizer) {
    return new ComputeRig(
        backend.open(),
        model(of),
        of.schema(),
        dim(),
        BATCH,
        optimizer.smooth(),
        ComputeRig.IN_ORDER);
  }

  /** Step by step: rows of almost one value may trade places under max pooling. */
  @ParameterizedTest(name = "{0}")
  @MethodSource(CASES)
  default void logitsLossesAndUpdatesAreThoseOfFloat64(ModelCase of) {
    long seed = 1;
    for (TestBackend backend : testBackends()) {
      var close = new Closeness(backend.tolerance());
      for (TestOptimizer optimizer : List.of(TestOptimizer.SGD, TestOptimizer.ROWWISE_ADAGRAD)) {
        try (ComputeRig rig = rig(of, backend, optimizer)) {
          RandomBatches batches = rig.batches(seed);
          for (int samples : new int[] {BATCH, 1, BATCH - 1}) {
            Batch batch = batches.next(samples);
            String what =
                String.format(
                    Locale.ROOT,
                    "%s, %s, seed %d, %d samples:",
                    backend.name(),
                    optimizer,
                    seed,
                    samples);
            Float64Step reference = rig.reference();
            close.assertClose(what + " logit", rig.evaluate(batch), reference.logits(batch), 2);
            float loss = rig.train(batch, .02f);
            double expected = reference.train(batch, .02f);
            close.assertClose(what + " loss", new float[] {loss}, new double[] {expected}, 2);
            close.assertSameModel(what, rig, reference, 4);
          }
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(CASES)
  default void logitsDependOnTheirSampleAlone(ModelCase of) {
    long seed = 2;
    for (TestBackend backend : testBackends()) {
      try (ComputeRig rig = rig(of, backend, TestOptimizer.SGD)) {
        Batch all = rig.batches(seed).next(BATCH);
        float[] expected = rig.evaluate(all);
        List<Integer> order = new ArrayList<>(IntStream.range(0, BATCH).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        for (List<Integer> part :
            List.of(order, order.subList(0, 7), order.subList(7, BATCH), order.subList(3, 4))) {
          var alone = new double[part.size()];
          for (int s = 0; s < alone.length; s++) {
            alone[s] = expected[part.get(s)];
          }
          String what = "%s, seed %d, logits of samples %s:".formatted(backend.name(), seed, part);
          new Closeness(backend.tolerance())
              .assertClose(what, rig.evaluate(rig.select(all, part)), alone, 1);
        }
      }
    }
  }

  /** On each backend, the loss falls well below that of a coin and of the beginning. */
  @ParameterizedTest(name = "{0}")
  @MethodSource(CASES)
  default void learnsAPlantedProblem(ModelCase of) {
    long seed = 3;
    int steps = 60;
    int some = 10;
    for (TestBackend backend : testBackends()) {
      try (ComputeRig rig = rig(of, backend, TestOptimizer.ROWWISE_ADAGRAD)) {
        RandomBatches batches = rig.batches(seed);
        double first = 0;
        double last = 0;
        for (int s = 0; s < steps; s++) {
          Batch batch = batches.next(BATCH);
          PlantedLabels.put(batch);
          double loss = rig.train(batch, .2f);
          first += s < some ? loss / some : 0;
          last += s >= steps - some ? loss / some : 0;
        }
        assertThat(last)
            .as(
                "%s, seed %d: mean loss of the last %d of %d steps; of the first, it was %s",
                backend.name(), seed, some, steps, first)
            .isLessThan(.95 * Math.min(first, Math.log(2)));
      }
    }
  }
}
