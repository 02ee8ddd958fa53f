package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.engine.event.PhaseProgress;
import dev.farsight.engine.event.StepProgress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLinesTest {

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 10);
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ProgressLines progress =
      new ProgressLines(new PrintStream(out, true, StandardCharsets.UTF_8), clock::get);

  private static StepProgress step(long step, long steps) {
    return new StepProgress(step, steps, 0.51234f, 12345.6, 2.5, 0.937);
  }

  private void stepAfter(long millis, long step) {
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    progress.step(step(step, 100));
  }

  @Test
  void showsTheFirstStepThenOneInFiveSecondsAndTheLast() {
    progress.phase("training");
    stepAfter(0, 1);
    stepAfter(4000, 2);
    stepAfter(999, 3);
    stepAfter(1, 4);
    stepAfter(4999, 5);
    stepAfter(5000, 6);
    stepAfter(10, 7);
    progress.phase("evaluating");
    progress.close();
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .extracting(line -> line.replaceFirst("  .*", ""))
        .containsExactly(
            "training", "step 1/100", "step 4/100", "step 6/100", "step 7/100", "evaluating");
  }

  @Test
  void aLineSaysAllThatABarWould() {
    progress.step(step(40, 9040));
    progress.close();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "step 40/9040  loss 0.5123  2.5 it/s  12,346 samples/s  hit rate 93.7 %  ETA 1:00:00\n");
  }

  @Test
  void aLongPartSaysHowFarItIs() {
    progress.phase("saving the model");
    for (int second = 1; second <= 12; second++) {
      clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
      progress.progress(new PhaseProgress("saving the model", second * 1000L, 20_000, "rows"));
    }
    progress.phase("hashing");
    clock.addAndGet(TimeUnit.SECONDS.toNanos(9));
    progress.progress(new PhaseProgress("hashing", 7, 0, "rows"));
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "saving the model",
            "saving the model  5,000/20,000 rows  ETA 0:00:15",
            "saving the model  10,000/20,000 rows  ETA 0:00:10",
            "hashing",
            "hashing  7 rows");
  }

  @Test
  void withoutAnEndThereIsNoRemainingTime() {
    progress.step(step(40, 0));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo("step 40  loss 0.5123  2.5 it/s  12,346 samples/s  hit rate 93.7 %\n");
  }

  @Test
  void aPartThatTellsNothingIsSaidToGoOn() {
    progress.phase("opening csv data");
    for (int second = 1; second <= 65; second++) {
      clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
      progress.tellSilent();
    }
    progress.phase("training");
    progress.step(step(1, 100));
    clock.addAndGet(TimeUnit.SECONDS.toNanos(40));
    progress.tellSilent();
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .extracting(line -> line.replaceFirst("  loss.*", ""))
        .containsExactly(
            "opening csv data",
            "opening csv data  elapsed 0:00:30",
            "opening csv data  elapsed 0:01:00",
            "training",
            "step 1/100");
  }
}
