package dev.farsight.cache.lfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.cache.SlotBatch;
import org.junit.jupiter.api.Test;

class GhostsTest {

  private static final long CLASS = 1L << ScoreClasses.SHIFT;

  @Test
  void givesAScoreBackOnceToWithinAClass() {
    long now = 1L << 40;
    var ghosts = new Ghosts(1000);
    for (long row = 0; row < 100; row++) {
      put(ghosts, row << 41, now + row * 1000, now);
    }
    long later = now + (20L << Scores.POINT);
    for (long row = 0; row < 100; row++) {
      assertThat(take(ghosts, row << 41, later)).isCloseTo(now + row * 1000, within(CLASS));
      assertThat(take(ghosts, row << 41, later)).isEqualTo(Scores.NONE);
    }
  }

  @Test
  void keepsTheLatestScoreOfARow() {
    var ghosts = new Ghosts(Ghosts.WAYS);
    put(ghosts, 4, 0, 0);
    put(ghosts, 5, 0, 0);
    take(ghosts, 4, 0); // leaves a gap in front of the row's entry
    put(ghosts, 5, 10 * CLASS, 0);
    assertThat(take(ghosts, 5, 0)).isCloseTo(10 * CLASS, within(CLASS));
    assertThat(take(ghosts, 5, 0)).isEqualTo(Scores.NONE);
  }

  @Test
  void forgetsTheLowestScoresWhenFull() {
    var ghosts = new Ghosts(Ghosts.WAYS);
    for (long row = 0; row < Ghosts.WAYS; row++) {
      put(ghosts, row, (row + 10) * CLASS, 0);
    }
    put(ghosts, 100, 50 * CLASS, 0);
    put(ghosts, 101, 50 * CLASS, 0);
    assertThat(take(ghosts, 0, 0)).isEqualTo(Scores.NONE);
    assertThat(take(ghosts, 1, 0)).isEqualTo(Scores.NONE);
    assertThat(take(ghosts, 2, 0)).isCloseTo(12 * CLASS, within(CLASS));
  }

  @Test
  void seldomTakesOneRowForAnother() {
    var ghosts = new Ghosts(100_000);
    for (long row = 0; row < 100_000; row++) {
      put(ghosts, row, 0, 0);
    }
    int mistaken = 0;
    int kept = 0;
    for (long row = 0; row < 100_000; row++) {
      mistaken += take(ghosts, row + 1_000_000, 0) == Scores.NONE ? 0 : 1;
      kept += take(ghosts, row, 0) == Scores.NONE ? 0 : 1;
    }
    assertThat(mistaken).isLessThan(50);
    assertThat(kept).isGreaterThan(80_000);
  }

  @Test
  void rowsNeverLookedUpAreNotKept() {
    var ghosts = new Ghosts(100);
    put(ghosts, 1, Scores.NONE, 0);
    assertThat(take(ghosts, 1, 0)).isEqualTo(Scores.NONE);
    var none = new Ghosts(0);
    put(none, 1, 5, 0);
    assertThat(take(none, 1, 0)).isEqualTo(Scores.NONE);
  }

  private static void put(Ghosts ghosts, long row, long score, long now) {
    ghosts.put(beside(row), 1, 1, new long[] {score}, now);
  }

  private static long take(Ghosts ghosts, long row, long now) {
    long[] scores = new long[1];
    ghosts.take(beside(row), 1, 1, scores, now);
    return scores[0];
  }

  /** The row, with another one in front. */
  private static SlotBatch beside(long row) {
    var rows = new SlotBatch(2);
    rows.add(0, Long.MAX_VALUE, 0);
    rows.add(1, row, 0);
    return rows;
  }
}
