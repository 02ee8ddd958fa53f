package org.example.crossfm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.model.Tape;
import dev.farsight.testkit.compute.Float64Step;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.TestOptimizer;
import dev.farsight.testkit.config.WrongSetting;
import dev.farsight.testkit.model.ModelContract;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every model must do, and what this one computes: the formula written by hand. */
class CrossFmTest extends ModelContract {

  private static final int DIM = 4;

  /** Two dense features, and features of 5 and 9 rows. */
  private static final BatchSchema SCHEMA = RandomBatches.schema(2, 5, 9);

  @Override
  protected ModelFactory factory() {
    return new CrossFmFactory();
  }

  @Override
  protected List<String> settings() {
    return List.of("cross-layers = 1", "cross-layers = 2, cross-rank = 3");
  }

  @Override
  protected List<WrongSetting> wrongSettings() {
    return List.of(
        new WrongSetting("cross-layers = 0", "cross-layers"),
        new WrongSetting("cross-rank = -1", "cross-rank"));
  }

  /** A vector and a first-order weight. */
  @Override
  protected int fewestDims() {
    return 2;
  }

  @Test
  void logitsAreThoseOfTheFormula() {
    long seed = 1;
    var random = new Random(seed);
    var tape = new Tape(SCHEMA, DIM);
    tape.finish(new CrossFm(true, 1, 0).logits(tape));
    var step = new Float64Step(tape, TestOptimizer.SGD.spec());
    step.dense().values().forEach(values -> draw(random, values));
    for (long row = 0; row < SCHEMA.tables().rows(); row++) {
      step.rows().put(row, draw(random, new double[DIM]));
    }
    Batch batch = new RandomBatches(SCHEMA, 16, HostBuffers.plain(), seed).next(16);
    double[] logits = step.logits(batch);
    for (int s = 0; s < 16; s++) {
      double[] a = step.rows().get((long) batch.indices(0)[s]);
      double[] b = step.rows().get(5L + batch.indices(1)[s]); // behind the first table's rows
      double[] dense = {batch.dense().get(2 * s), batch.dense().get(2 * s + 1)};
      assertThat(logits[s])
          .as("seed %d, sample %d", seed, s)
          .isCloseTo(logit(step.dense(), a, b, dense), within(1e-12));
    }
  }

  private static double logit(Map<String, double[]> p, double[] a, double[] b, double[] dense) {
    double logit = a[3] + b[3];
    double[] x0 = {a[0], a[1], a[2], b[0], b[1], b[2], dense[0], dense[1]};
    for (int d = 0; d < 3; d++) {
      logit += a[d] * b[d];
    }
    logit += p.get("top.bias")[0];
    for (int i = 0; i < 8; i++) {
      double sum = p.get("cross.0.bias")[i];
      for (int j = 0; j < 8; j++) {
        sum += p.get("cross.0.weight")[8 * i + j] * x0[j];
      }
      logit += p.get("top.weight")[i] * (x0[i] * sum + x0[i]);
    }
    return logit;
  }

  private static double[] draw(Random random, double[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = random.nextDouble() - .5;
    }
    return into;
  }
}
