package dev.farsight.cache.lfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GhostsTest {

  private static final long CLASS = 1L << ScoreClasses.SHIFT;

  @Test
  void givesAScoreBackOnceToWithinAClass() {
    long now = 1L << 40;
    var ghosts = new Ghosts(1000);
    for (long row = 0; row < 100; row++) {
      ghosts.put(row << 41, now + row * 1000, now);
    }
    long later = now + (20L << Scores.POINT);
    for (long row = 0; row < 100; row++) {
      assertThat(ghosts.take(row << 41, later)).isCloseTo(now + row * 1000, within(CLASS));
      assertThat(ghosts.take(row << 41, later)).isEqualTo(Scores.NONE);
    }
  }

  @Test
  void keepsTheLatestScoreOfARow() {
    var ghosts = new Ghosts(8);
    ghosts.put(4, 0, 0);
    ghosts.put(5, 0, 0);
    ghosts.take(4, 0); // leaves a gap in front of the row's entry
    ghosts.put(5, 10 * CLASS, 0);
    assertThat(ghosts.take(5, 0)).isCloseTo(10 * CLASS, within(CLASS));
    assertThat(ghosts.take(5, 0)).isEqualTo(Scores.NONE);
  }

  @Test
  void forgetsTheLowestScoresWhenFull() {
    var ghosts = new Ghosts(Ghosts.WAYS);
    for (long row = 0; row < Ghosts.WAYS; row++) {
      ghosts.put(row, (row + 10) * CLASS, 0);
    }
    ghosts.put(100, 50 * CLASS, 0);
    ghosts.put(101, 50 * CLASS, 0);
    assertThat(ghosts.take(0, 0)).isEqualTo(Scores.NONE);
    assertThat(ghosts.take(1, 0)).isEqualTo(Scores.NONE);
    assertThat(ghosts.take(2, 0)).isCloseTo(12 * CLASS, within(CLASS));
  }

  @Test
  void seldomTakesOneRowForAnother() {
    var ghosts = new Ghosts(100_000);
    for (long row = 0; row < 100_000; row++) {
      ghosts.put(row, 0, 0);
    }
    int mistaken = 0;
    int kept = 0;
    for (long row = 0; row < 100_000; row++) {
      mistaken += ghosts.take(row + 1_000_000, 0) == Scores.NONE ? 0 : 1;
      kept += ghosts.take(row, 0) == Scores.NONE ? 0 : 1;
    }
    assertThat(mistaken).isLessThan(50);
    assertThat(kept).isGreaterThan(80_000);
  }

  @Test
  void rowsNeverLookedUpAreNotKept() {
    var ghosts = new Ghosts(100);
    ghosts.put(1, Scores.NONE, 0);
    assertThat(ghosts.take(1, 0)).isEqualTo(Scores.NONE);
    var none = new Ghosts(0);
    none.put(1, 5, 0);
    assertThat(none.take(1, 0)).isEqualTo(Scores.NONE);
  }
}
