package org.example.crossfm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.model.ModelContext;
import com.typesafe.config.ConfigFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Parameter;
import dev.farsight.api.model.Tape;
import dev.farsight.testkit.compute.Float64Step;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.TestOptimizer;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the tape computes, against the formula written by hand. */
class CrossFmTest {

  private static final int DIM = 4;

  /** Two dense features, and features of 5 and 9 rows. */
  private static final BatchSchema SCHEMA = RandomBatches.schema(2, 5, 9);

  private static Tape tape(String own) {
    var defaults = ConfigFactory.defaultReference().getConfig("farsight.model");
    var config = ConfigFactory.parseString("embedding-dim = " + DIM).withFallback(defaults);
    var model =
        Settings.of("farsight.model", ConfigFactory.parseString(own).withFallback(config));
    var context = ModelContext.of(model, "crossfm", SCHEMA);
    var tape = new Tape(SCHEMA, context.dim());
    return tape.finish(new CrossFmFactory().create(context).logits(tape));
  }

  @Test
  void parametersAreNamedInOrder() {
    assertThat(tape("crossfm { cross-layers = 1, cross-rank = 3 }").parameters())
        .extracting(Parameter::name)
        .containsExactly("cross.0.v", "cross.0.weight", "cross.0.bias", "top.weight", "top.bias");
  }

  @Test
  void logitsAreThoseOfTheFormula() {
    long seed = 1;
    var random = new Random(seed);
    var step = new Float64Step(tape("crossfm.cross-layers = 1"), TestOptimizer.SGD.spec());
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

  @Test
  void settingsOutOfRangeAreNamed() {
    assertThatThrownBy(() -> tape("crossfm.cross-layers = 0"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.model.crossfm.cross-layers: 0 is not a whole number");
    assertThatThrownBy(() -> tape("embedding-dim = 1"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.model.embedding-dim: 1 leaves no room for a vector");
  }
}
