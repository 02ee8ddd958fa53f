package dev.farsight.engine.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.engine.event.PhaseProgress;
import dev.farsight.engine.event.RunListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressMeterTest {

  private final List<String> phases = new ArrayList<>();
  private final List<PhaseProgress> events = new ArrayList<>();
  private long now;

  private final RunListener listener =
      new RunListener() {
        @Override
        public void phase(String what) {
          phases.add(what);
        }

        @Override
        public void progress(PhaseProgress progress) {
          events.add(progress);
        }
      };

  @Test
  void tellsAtMostTenTimesASecondAndAtTheEnd() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    var meter = ProgressMeter.begin(listener, "counting", 0, "rows", () -> now);
    long done = 0;
    for (int call = 0; call < 100_000; call++) {
      now += random.nextInt(2_000_000);
      int units = random.nextInt(50);
      done += units;
      meter.add(units);
    }
    meter.end();
    meter.end();
    long tenths = TimeUnit.NANOSECONDS.toMillis(now) / 100;
    assertThat(phases).containsExactly("counting");
    assertThat((long) events.size()).as("seed %d", seed).isBetween(tenths / 2, tenths + 1);
    assertThat(events).isSortedAccordingTo((a, b) -> Long.compare(a.done(), b.done()));
    assertThat(events.get(events.size() - 1))
        .isEqualTo(new PhaseProgress("counting", done, 0, "rows"));
  }

  @Test
  void aPartWithNothingToDoTellsItsEnd() {
    ProgressMeter.begin(listener, "saving", 0, "rows", () -> now).end();
    assertThat(events).containsExactly(new PhaseProgress("saving", 0, 0, "rows"));
  }
}
