package dev.farsight.bench.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ExchangeFiguresTest {

  private static final long MS = 1_000_000;

  /** Two steps are left out; the third and fourth move 10 and 30 bytes, and work for 5 and 7 ms. */
  @Test
  void countsStepsAfterThoseThatAreSkipped() {
    var figures = new ExchangeFigures(2);
    long now = 0;
    for (int step = 0; step < 4; step++) {
      long work = new long[] {100, 100, 5, 7}[step] * MS;
      long bytes = new long[] {999, 999, 10, 30}[step];
      now += work;
      figures.add(Exchanged.ROWS, bytes, 2 * bytes, now, now + MS, now + 3 * MS);
      now += 3 * MS;
      figures.endStep(now);
    }

    Map<String, Object> json = figures.json();

    assertThat(json).containsEntry("steps", 2L).doesNotContainKey("dense");
    assertThat(json.get("rows"))
        .isEqualTo(
            Map.of("sent_bytes", 20.0, "received_bytes", 40.0, "wait_ms", 1.0, "move_ms", 2.0));
  }

  @Test
  void tellsTheWorkBetweenExchangesAndHowItVaries() {
    var figures = new ExchangeFigures(0);
    long now = 0;
    for (int work : new int[] {50, 4, 6, 4, 6}) {
      now += work * MS;
      figures.add(Exchanged.DENSE, 0, 0, now, now, now + MS);
      now += MS;
      figures.endStep(now);
    }

    // The first step has no beginning.
    assertThat((double) figures.json().get("work_ms")).isCloseTo(5, within(1e-9));
    assertThat((double) figures.json().get("work_deviation_ms")).isCloseTo(1, within(1e-9));
  }

  @Test
  void nothingIsToldOfNothing() {
    assertThat(new ExchangeFigures(3).json()).containsEntry("steps", 0L).hasSize(3);
  }
}
