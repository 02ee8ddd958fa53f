package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.config.Settings;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FewStepsTest {

  private static Settings settings(String more) {
    String text = "data.batch-size = 2048, train { epochs = 1, max-steps = 0 }, model.load = null";
    return Settings.of(
        "farsight", ConfigFactory.parseString(more).withFallback(ConfigFactory.parseString(text)));
  }

  @Test
  void namesWhatToSet() {
    assertThat(FewSteps.warning(3, settings("")))
        .contains(
            "warning: only 3 steps to train, too few to learn much; set data.batch-size to 32 (it is 2,048), or train.epochs to more (it is 1)");
    assertThat(FewSteps.warning(1, settings("data.batch-size = 16, train.epochs = 2")))
        .contains(
            "warning: only 1 step to train, too few to learn much; set train.epochs to more (it is 2)");
  }

  /** A batch as advised gives enough steps, unless it is the smallest that is advised. */
  @Test
  void theAdvisedBatchGivesEnoughSteps() {
    for (int steps = 1; steps < 100; steps++) {
      for (int batch : new int[] {1, 7, 16, 100, 512, 2048, 65536}) {
        String warning =
            FewSteps.warning(steps, settings("data.batch-size = " + batch)).orElseThrow();
        var advised = Pattern.compile("batch-size to (\\d+)").matcher(warning);
        if (advised.find()) {
          int smaller = Integer.parseInt(advised.group(1));
          assertThat(smaller).isLessThan(batch).isGreaterThanOrEqualTo(16);
          assertThat(smaller == 16 || (long) steps * batch / smaller >= 100)
              .as("%d steps of %d", steps, batch)
              .isTrue();
        }
      }
    }
  }

  @Test
  void isSilentOfRunsThatAreLongUnknownOrMeantToBeShort() {
    assertThat(FewSteps.warning(100, settings(""))).isEmpty();
    assertThat(FewSteps.warning(0, settings(""))).isEmpty();
    assertThat(FewSteps.warning(3, settings("train.max-steps = 3"))).isEmpty();
    assertThat(FewSteps.warning(3, settings("model.load = RUN/model"))).isEmpty();
  }
}
