package dev.farsight.engine.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which rows evaluations during training use. */
class EvaluationSampleTest {

  private static SeekingData data(long evalSamples) {
    return new SeekingData(new TableSet(List.of(new Table("t", 10))), 1, 0, evalSamples);
  }

  private static List<Long> rows(EvaluationSample sample, DataSource data, int batchSize) {
    var rows = new ArrayList<Long>();
    var batch = new Batch(data.schema(), batchSize, HostBuffers.plain());
    try (BatchSource pass = sample.open()) {
      while (pass.next(batch)) {
        for (int s = 0; s < batch.samples(); s++) {
          rows.add(batch.rowNumbers().get(s));
        }
      }
      assertThat(pass.next(batch)).isFalse();
    }
    return rows;
  }

  @ParameterizedTest
  @CsvSource({
    // Ten batches: the middle of each half, of each third.
    "100, 10, 20, 20, '[2, 7]'",
    "100, 10, 21, 30, '[1, 5, 8]'",
    "100, 10, 1, 10, '[5]'",
    "95, 10, 90, 90, '[0, 1, 2, 3, 5, 6, 7, 8, 9]'",
  })
  void batchesAreAtEqualDistances(
      long all, int batchSize, long wanted, int most, String batchNumbers) {
    SeekingData data = data(all);
    var sample = new EvaluationSample(data, wanted, batchSize);
    List<Long> rows = rows(sample, data, batchSize);
    assertThat(rows.stream().map(row -> row / batchSize).distinct().toList().toString())
        .isEqualTo(batchNumbers);
    assertThat(sample.samples()).isEqualTo(rows.size()).isLessThanOrEqualTo(most);
    assertThat(sample.isAll()).isFalse();
    assertThat(data.made()).as("samples made: others are skipped").isEqualTo(rows.size());
  }

  @Test
  void anySampleIsOfWholeBatchesSpreadOverAll() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int run = 0; run < 200; run++) {
      int batchSize = 1 + random.nextInt(20);
      SeekingData data = data(1L + random.nextInt(2000));
      long wanted = 1L + random.nextInt(2200);
      var sample = new EvaluationSample(data, wanted, batchSize);
      List<Long> rows = rows(sample, data, batchSize);
      assertThat(rows).as("seed %d", seed).isSorted().doesNotHaveDuplicates();
      assertThat(sample.samples()).as("seed %d", seed).isEqualTo(rows.size());
      assertThat(rows.size())
          .as("seed %d", seed)
          .isGreaterThan((int) Math.min(wanted, data.evalSamples()) - batchSize)
          .isLessThan((int) wanted + batchSize);
      assertThat(sample.isAll())
          .as("seed %d", seed)
          .isEqualTo(rows.size() == (int) data.evalSamples());
      int batches = (rows.size() + batchSize - 1) / batchSize;
      double distance = Math.ceil((double) data.evalSamples() / batchSize) / batches;
      for (int r = 1; r < rows.size(); r++) {
        long gap = rows.get(r) / batchSize - rows.get(r - 1) / batchSize;
        assertThat((double) gap).as("seed %d", seed).isLessThan(distance + 1);
      }
    }
  }

  @Test
  void allIsAll() {
    SeekingData data = data(95);
    for (long wanted : new long[] {0, 95, 91, 1000, Long.MAX_VALUE}) {
      var sample = new EvaluationSample(data, wanted, 10);
      assertThat(sample.isAll()).isTrue();
      assertThat(sample.samples()).isEqualTo(95);
      assertThat(rows(sample, data, 10)).hasSize(95);
    }
  }

  @Test
  void ofDataWhoseNumberOfSamplesIsUnknownAllIsUsed() {
    var unknown =
        new ForwardingDataSource(data(95)) {
          @Override
          public long evalSamples() {
            return UNKNOWN;
          }
        };
    var sample = new EvaluationSample(unknown, 20, 10);
    assertThat(sample.samples()).isZero();
    assertThat(sample.isAll()).isTrue();
    assertThat(rows(sample, unknown, 10)).hasSize(95);
  }
}
