package dev.farsight.models.ctr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.testkit.compute.Float64Step;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.TestOptimizer;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** From equal weights, a tape's loss is that of the formulas of {@link PlainModels}. */
class ModelLossTest {

  private static final int SAMPLES = 40;
  private static final int DIM = 5;
  private static final List<BatchSchema> SCHEMAS =
      List.of(
          RandomBatches.schema(3, 7, 1, 20),
          RandomBatches.schema(0, 7, 20),
          RandomBatches.schema(2, 9));

  private static void assertSameLoss(
      ModelFactory factory, String own, ToDoubleFunction<PlainModels> logit) {
    for (int s = 0; s < SCHEMAS.size(); s++) {
      BatchSchema schema = SCHEMAS.get(s);
      var random = new Random(s);
      var tape =
          Recorded.tape(
              factory, "embedding-dim = 5, " + factory.name() + " { " + own + " }", schema);
      var step = new Float64Step(tape, TestOptimizer.SGD.spec());
      step.dense().values().forEach(values -> draw(random, values));
      for (long row = 0; row < schema.tables().rows(); row++) {
        step.rows().put(row, draw(random, new double[DIM]));
      }
      Batch batch = new RandomBatches(schema, SAMPLES, HostBuffers.plain(), s).next(SAMPLES);
      double sum = 0;
      for (int sample = 0; sample < SAMPLES; sample++) {
        double z = logit.applyAsDouble(sample(step, batch, sample));
        double probability = 1 / (1 + Math.exp(-z));
        sum -= Math.log(batch.labels().get(sample) == 1 ? probability : 1 - probability);
      }
      assertThat(step.loss(batch))
          .as("%s { %s }, schema and seed %d", factory.name(), own, s)
          .isCloseTo(sum / SAMPLES, within(1e-9));
    }
  }

  private static double[] draw(Random random, double[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = random.nextDouble() - .5;
    }
    return into;
  }

  private static PlainModels sample(Float64Step step, Batch batch, int sample) {
    var features = new double[batch.schema().denseWidth()];
    for (int i = 0; i < features.length; i++) {
      features[i] = batch.dense().get(sample * features.length + i);
    }
    var rows = new double[batch.schema().features().size()][];
    for (int f = 0; f < rows.length; f++) {
      rows[f] = step.rows().get(batch.schema().tables().rowId(f, batch.indices(f)[sample]));
    }
    return new PlainModels(step.dense(), features, rows);
  }

  @Test
  void dcn() {
    var dcn = new DcnFactory();
    assertSameLoss(dcn, "deep-mlp = [6, 4]", plain -> plain.dcn(3, 0, true, 2, false));
    assertSameLoss(
        dcn,
        "deep-mlp = [6, 4], structure = parallel, cross-layers = 2, cross-rank = 3",
        plain -> plain.dcn(2, 3, false, 2, false));
    assertSameLoss(
        dcn,
        "deep-mlp = [6], layer-norm = true, cross-rank = 2",
        plain -> plain.dcn(3, 2, true, 1, true));
    assertSameLoss(
        dcn,
        "deep-mlp = [6], structure = parallel, cross-rank = 0",
        plain -> plain.dcn(3, 0, false, 1, false));
  }

  @Test
  void deepFm() {
    var deepFm = new DeepFmFactory();
    assertSameLoss(deepFm, "deep-mlp = [6, 4]", plain -> plain.deepFm(2, false));
    assertSameLoss(deepFm, "deep-mlp = []", plain -> plain.deepFm(0, false));
    assertSameLoss(deepFm, "deep-mlp = [6, 4], layer-norm = true", plain -> plain.deepFm(2, true));
  }

  @Test
  void wideDeep() {
    var wideDeep = new WideDeepFactory();
    assertSameLoss(wideDeep, "deep-mlp = [6, 4]", plain -> plain.wideDeep(2, false));
    assertSameLoss(wideDeep, "deep-mlp = []", plain -> plain.wideDeep(0, false));
    assertSameLoss(wideDeep, "deep-mlp = [6], layer-norm = true", plain -> plain.wideDeep(1, true));
  }

  /** Dropping is for training: an evaluation is the model without. */
  @Test
  void dropoutChangesNoEvaluation() {
    String own = "deep-mlp = [6, 4], dropout = 0.5";
    assertSameLoss(new DcnFactory(), own, plain -> plain.dcn(3, 0, true, 2, false));
    assertSameLoss(new DeepFmFactory(), own, plain -> plain.deepFm(2, false));
    assertSameLoss(new WideDeepFactory(), own, plain -> plain.wideDeep(2, false));
  }
}
