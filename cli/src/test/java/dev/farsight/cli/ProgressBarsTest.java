package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.engine.event.StepProgress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.RepeatedTest;

class ProgressBarsTest {

  /** Repeated, because a timer of the bar draws at the same time. */
  @RepeatedTest(20)
  void theFinishedBarShowsStepsLossAndHitsWithinTheColumns() {
    var out = new ByteArrayOutputStream();
    try (var bars = new ProgressBars(new PrintStream(out, true, StandardCharsets.UTF_8), 120)) {
      bars.phase("training");
      for (int step = 1; step <= 30; step++) {
        bars.step(new StepProgress(step, 30, 0.5f, 1000, 10, 0.937));
      }
      bars.phase("evaluating");
    }
    String printed = out.toString(StandardCharsets.UTF_8);
    assertThat(printed).startsWith("training\n").endsWith("evaluating\n");
    assertThat(printed).contains("100%").contains("30/30 it").contains("loss 0.5000  hits 93.7 %");
    assertThat(printed.split("[\r\n]+", -1)).allMatch(line -> line.length() <= 120);
  }
}
