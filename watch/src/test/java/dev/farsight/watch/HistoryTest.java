package dev.farsight.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryTest {

  /** Each point is the mean of as many neighbouring samples, and none is lost but the newest. */
  @ParameterizedTest
  @ValueSource(ints = {1, 599, 600, 601, 5_000, 123_456})
  void pointsAreMeansOfNeighbours(int samples) {
    long seed = System.nanoTime();
    var random = new Random(seed);
    double[] values = random.doubles(samples).toArray();
    var history = new History(1);
    for (int s = 0; s < samples; s++) {
      history.add(s + 1, values[s]);
    }
    List<double[]> points = history.points();
    int per = 1;
    while (samples / per >= 600) {
      per *= 2;
    }
    assertThat(points).as("seed %d", seed).hasSize(samples / per);
    for (int p = 0; p < points.size(); p++) {
      double sum = 0;
      for (int s = p * per; s < (p + 1) * per; s++) {
        sum += values[s];
      }
      assertThat(points.get(p)[0]).isEqualTo((p + 1) * per);
      assertThat(points.get(p)[1]).as("seed %d", seed).isCloseTo(sum / per, within(1e-12));
    }
  }

  /** A reader that asks now and then has at all times what a reader that comes late gets. */
  @Test
  void aReaderThatFollowsHasWhatALateOneGets() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    var history = new History(2);
    var cursor = History.Cursor.START;
    List<double[]> followed = new ArrayList<>();
    for (int s = 0; s < 3_000; s++) {
      history.add(s, random.nextDouble(), random.nextInt(4) == 0 ? Double.NaN : s);
      if (random.nextInt(50) == 0) {
        History.News news = history.after(cursor);
        if (news.all()) {
          followed.clear();
        }
        followed.addAll(news.points());
        cursor = news.cursor();
        assertThat(followed)
            .as("seed %d", seed)
            .containsExactlyElementsOf(history.after(History.Cursor.START).points());
      }
    }
    assertThat(followed).hasSizeGreaterThan(100);
  }

  @Test
  void whatIsUnknownIsLeftOutOfMeans() {
    var history = new History(1);
    for (int s = 0; s < 600; s++) {
      history.add(s, s % 2 == 0 ? Double.NaN : 7);
    }
    assertThat(history.points()).hasSize(300).allMatch(point -> point[1] == 7);
  }
}
