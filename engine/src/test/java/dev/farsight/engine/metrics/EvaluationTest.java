package dev.farsight.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EvaluationTest {

  private static final int BATCH = 1000;
  private static final BatchSchema SCHEMA =
      new BatchSchema(0, new TableSet(List.of(new Table("a", 3))), true, false);

  private final Batch batch = new Batch(SCHEMA, BATCH, HostBuffers.plain());
  private final StepInput result = new StepInput(SCHEMA, BATCH, 3, HostBuffers.plain());

  @Test
  void logitsAndScoresAreThoseOfAllSamples() {
    var random = new Random(1);
    var evaluation = new Evaluation(true, false, true);
    List<Float> logits = new ArrayList<>();
    double loss = 0;
    double predicted = 0;
    long positives = 0;
    long correct = 0;
    while (logits.size() < 1_200_000) {
      batch.samples(1 + random.nextInt(BATCH));
      for (int s = 0; s < batch.samples(); s++) {
        float logit = (float) random.nextGaussian();
        boolean positive = random.nextDouble() < .3;
        result.logits().put(s, logit);
        batch.labels().put(s, positive ? 1 : 0);
        double probability = 1 / (1 + Math.exp(-logit));
        loss -= Math.log(positive ? probability : 1 - probability);
        correct += logit > 0 == positive ? 1 : 0;
        predicted += probability;
        positives += positive ? 1 : 0;
        logits.add(logit);
      }
      evaluation.add(batch, result);
    }
    assertThat(evaluation.samples()).isEqualTo(logits.size());
    Quality quality = evaluation.quality();
    assertThat(quality.logloss()).isCloseTo(loss / logits.size(), within(1e-9));
    assertThat(quality.accuracy()).isEqualTo((double) correct / logits.size());
    assertThat(quality.auroc()).isCloseTo(.5, within(.01));
    assertThat(quality.aurocCeiling()).isNaN();
    double rate = (double) positives / logits.size();
    assertThat(quality.auprc()).isCloseTo(rate, within(.01));
    assertThat(quality.calibration()).isCloseTo(predicted / positives, within(1e-9));
    double constantLoss =
        -positives * Math.log(rate) - (logits.size() - positives) * Math.log1p(-rate);
    assertThat(quality.normalisedEntropy()).isCloseTo(loss / constantLoss, within(1e-9));
    int next = 0;
    for (FloatBuffer chunk : evaluation.logits()) {
      while (chunk.hasRemaining()) {
        assertThat(chunk.get()).isEqualTo(logits.get(next++));
      }
    }
    assertThat(next).isEqualTo(logits.size());
  }

  @Test
  void aLogitThatIsNotFiniteIsNamedByItsSample() {
    var evaluation = new Evaluation(true, false, false);
    batch.samples(10);
    evaluation.add(batch, result);
    result.logits().put(3, Float.NaN);
    assertThatThrownBy(() -> evaluation.add(batch, result))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("evaluation sample 13, counted from 0, is NaN");
  }
}
