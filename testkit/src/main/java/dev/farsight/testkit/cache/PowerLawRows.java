package dev.farsight.testkit.cache;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Batches of samples that look up one row of each of several tables, whose popularity follows a
 * power law: in a table of N rows, rank = floor((((N+1)^(1-a) - 1) u + 1)^(1/(1-a))) - 1 for u
 * uniform in [0,1), and index = rank * 2654435761 mod N. Popularity stays as it is.
 */
public final class PowerLawRows {

  private static final List<Integer> CRITEO_KAGGLE =
      List.of(
          1460, 583, 10131227, 2202608, 305, 24, 12517, 633, 3, 93145, 5683, 8351593, 3194, 27,
          14992, 5461306, 10, 5652, 2173, 4, 7046547, 18, 15, 286181, 105, 142572);

  private final int[] tables;
  private final double exponent;
  private final SplittableRandom random;

  /**
   * @param tables rows of each table
   * @param exponent a above, not 1
   */
  public PowerLawRows(int[] tables, double exponent, long seed) {
    this.tables = tables.clone();
    this.exponent = exponent;
    this.random = new SplittableRandom(seed);
  }

  /** The 26 tables of Criteo Kaggle with the exponent 1.05, each one {@code scale}th as large. */
  public static PowerLawRows kaggle(int scale, long seed) {
    int[] tables = CRITEO_KAGGLE.stream().mapToInt(rows -> Math.max(1, rows / scale)).toArray();
    return new PowerLawRows(tables, 1.05, seed);
  }

  /** Rows of all tables. */
  public long rows() {
    return Arrays.stream(tables).asLongStream().sum();
  }

  /** Endless training batches, all of {@code samples}. */
  public Stream<RowBatch> batches(int samples) {
    return Stream.generate(() -> batch(samples));
  }

  private RowBatch batch(int samples) {
    Map<Long, Integer> lookups = new LinkedHashMap<>();
    long offset = 0;
    for (int rows : tables) {
      for (int s = 0; s < samples; s++) {
        lookups.merge(offset + index(rows), 1, Integer::sum);
      }
      offset += rows;
    }
    return RowBatch.training(
        lookups.keySet().stream().mapToLong(Long::longValue).toArray(),
        lookups.values().stream().mapToInt(Integer::intValue).toArray());
  }

  private long index(int rows) {
    double power = 1 - exponent;
    double u = random.nextDouble();
    double x = Math.pow((Math.pow(rows + 1.0, power) - 1) * u + 1, 1 / power);
    long rank = Math.max(0, Math.min((long) x - 1, rows - 1L));
    return rank * 2654435761L % rows;
  }
}
