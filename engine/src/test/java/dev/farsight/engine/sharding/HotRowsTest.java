package dev.farsight.engine.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a device sends in a step, if the rows most looked up are on every device and if they are
 * not. Tables of Criteo's Kaggle data, rows by Zipf's law, 16,384 samples a device, rows of 128
 * weights.
 */
class HotRowsTest {

  private static final int[] CARDINALITIES = {
    1460, 583, 10131227, 2202608, 305, 24, 12517, 633, 3, 93145, 5683, 8351593, 3194, 27, 14992,
    5461306, 10, 5652, 2173, 4, 7046547, 18, 15, 286181, 105, 142572
  };
  private static final double EXPONENT = 1.05;
  private static final int SAMPLES = 16_384;
  private static final int HOT = 4096;
  private static final double MEGABYTE = 1e6;
  private static final int GRADIENT = 512;

  /** By device: the unique rows of its samples. */
  private final List<Set<Long>> looked = new ArrayList<>();

  private void draw(int devices) {
    var random = new Random(1);
    for (int device = 0; device < devices; device++) {
      var rows = new HashSet<Long>();
      for (int t = 0; t < CARDINALITIES.length; t++) {
        for (int s = 0; s < SAMPLES; s++) {
          rows.add(row(t, (long) (zipf(CARDINALITIES[t], random.nextDouble()) - 1)));
        }
      }
      looked.add(rows);
    }
  }

  private static long row(int table, long index) {
    return ((long) table << 32) + index;
  }

  /** The inverse of the distribution. */
  private static double zipf(int rows, double share) {
    double power = 1 - EXPONENT;
    return Math.pow((Math.pow(rows + 1., power) - 1) * share + 1, 1 / power);
  }

  private static double probability(int table, int index) {
    double power = 1 - EXPONENT;
    double all = Math.pow(CARDINALITIES[table] + 1., power) - 1;
    return (Math.pow(index + 2., power) - Math.pow(index + 1., power)) / all;
  }

  private static Set<Long> hottest() {
    record Hot(long row, double probability) {}
    var all = new ArrayList<Hot>();
    for (int t = 0; t < CARDINALITIES.length; t++) {
      for (int i = 0; i < Math.min(HOT, CARDINALITIES[t]); i++) {
        all.add(new Hot(row(t, i), probability(t, i)));
      }
    }
    all.sort(Comparator.comparingDouble(Hot::probability).reversed());
    var hottest = new HashSet<Long>();
    all.stream().limit(HOT).forEach(hot -> hottest.add(hot.row()));
    return hottest;
  }

  /** Rows of a device on average, hot or not. */
  private double rows(Set<Long> hot, boolean isHot) {
    return looked.stream()
        .mapToLong(rows -> rows.stream().filter(row -> hot.contains(row) == isHot).count())
        .average()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "2, 512, 40.2, 40.2, 40.2",
    "4, 512, 60.3, 63.4, 60.3",
    "8, 512, 70.3, 81.3, 70.3",
    "2, 256, 30.2, 30.7, 30.7",
    "4, 256, 45.2, 49.1, 46.0",
    "8, 256, 52.7, 64.7, 53.7"
  })
  void replicatedRowsTakeNoFewerBytes(
      int devices, int weights, double divided, double gathered, double reduced) {
    draw(devices);
    Set<Long> hot = hottest();
    double hotRows = rows(hot, true);
    double others = (devices - 1.) / devices;
    double rowBytes = weights + GRADIENT;
    double cold = others * rows(hot, false) * rowBytes;
    var lookedUpByAny = new HashSet<Long>();
    looked.forEach(lookedUpByAny::addAll);
    lookedUpByAny.retainAll(hot);

    double ofDivided = cold + others * hotRows * rowBytes;
    // As replicated tables are: each device gets the gradients of all others.
    double ofGathered = cold + (devices - 1) * hotRows * GRADIENT;
    // Pieces are summed in rank order, and gathered.
    double ofReduced = cold + 2 * others * lookedUpByAny.size() * GRADIENT;

    assertThat(ofReduced).isGreaterThanOrEqualTo(ofDivided);
    assertThat(ofGathered).isGreaterThanOrEqualTo(ofDivided);
    assertThat(ofDivided / MEGABYTE).isCloseTo(divided, within(.2));
    assertThat(ofGathered / MEGABYTE).isCloseTo(gathered, within(.2));
    assertThat(ofReduced / MEGABYTE).isCloseTo(reduced, within(.2));
  }
}
