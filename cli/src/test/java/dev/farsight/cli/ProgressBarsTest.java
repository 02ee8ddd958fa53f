package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.engine.event.PhaseProgress;
import dev.farsight.engine.event.StepProgress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressBarsTest {

  private final AtomicLong clock = new AtomicLong();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, UTF_8);

  private static StepProgress step(long step, long steps) {
    return new StepProgress(step, steps, 0.51234f, 30738.4, 60.04, 0.917);
  }

  private List<String> rows(int columns) {
    var screen = new Screen(columns, true);
    screen.print(bytes.toString(UTF_8).replace("\n", "\r\n"));
    return screen.rows();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          12  | training...
          20  | training  41%
          60  | training  41% [=======>         ]  loss 0.5123  ETA 0:00:13
          80  | training  41% [========>           ]  loss 0.5123  hit rate 91.7 %  ETA 0:00:13
          120 | training  41% [========>            ]  560/1340  loss 0.5123  hit rate 91.7 %  30,738 samples/s  60.0 it/s  ETA 0:00:13
          """)
  void theLineIsFittedToTheTerminal(int columns, String line) {
    try (var bars = new ProgressBars(new StatusLine(out, () -> columns), clock::get)) {
      bars.phase("training");
      bars.step(step(560, 1340));
      clock.addAndGet(TimeUnit.SECONDS.toNanos(9));
    }
    assertThat(rows(columns)).containsExactly(line, "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          60  | 7000 | 20000 | saving the model  35% [=======>              ]  ETA 0:01:05
          80  | 7000 | 20000 | saving the model  35% [========>                ]  elapsed 0:00:35  ETA 0:01:05
          100 | 7000 | 20000 | saving the model  35% [=========>                ]  7,000/20,000 rows  elapsed 0:00:35  ETA 0:01:05
          100 | 7000 | 0     | saving the model  7,000 rows  elapsed 0:00:35
          60  | 0    | 20000 | saving the model   0% [>                 ]  elapsed 0:00:35
          """)
  void aLongPartHasABarToo(int columns, long done, long total, String line) {
    try (var bars = new ProgressBars(new StatusLine(out, () -> columns), clock::get)) {
      bars.phase("saving the model");
      clock.addAndGet(TimeUnit.SECONDS.toNanos(35));
      bars.progress(new PhaseProgress("saving the model", done, total, "rows"));
    }
    assertThat(rows(columns)).containsExactly(line, "");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 40, 60, 79, 80, 81, 119, 120, 200, 500})
  void aLineIsNeverTooLong(int columns) {
    for (long step = 1; step <= 1_000_000_000_000L; step *= 10) {
      for (long steps : new long[] {0, step, 1_000_000_000_000L}) {
        var state = new PhaseState("training", clock::get);
        state.step(step(step, steps));
        clock.addAndGet(TimeUnit.HOURS.toNanos(1));
        assertThat(state.line().fit(columns)).hasSizeLessThanOrEqualTo(columns);
      }
    }
  }

  /** Repeated, because a timer draws at the same time. */
  @RepeatedTest(20)
  void partsOfARunAreLinesOfTheirOwn() {
    try (var bars = new ProgressBars(new StatusLine(out, () -> 120), clock::get)) {
      bars.phase("opening\ndata\033[2J");
      bars.phase("training");
      for (int step = 1; step <= 30; step++) {
        bars.step(step(step, 30));
      }
      bars.phase("evaluating");
    }
    assertThat(rows(120))
        .satisfiesExactly(
            row -> assertThat(row).isEqualTo("opening data\\u001B[2J"),
            row -> assertThat(row).startsWith("training 100% [=====").contains("]  30/30  loss"),
            row -> assertThat(row).isEqualTo("evaluating"),
            row -> assertThat(row).isEmpty());
  }

  @Test
  void whatOthersPrintStandsAboveTheLine() {
    var line = new StatusLine(out, () -> 80);
    var above = line.above(out);
    try (var bars = new ProgressBars(line, clock::get)) {
      bars.phase("training");
      above.println("a message");
      above.print("half");
      bars.step(step(1, 9));
      above.println(" a line");
    }
    assertThat(rows(80)).startsWith("a message", "half a line").hasSize(4);
  }
}
