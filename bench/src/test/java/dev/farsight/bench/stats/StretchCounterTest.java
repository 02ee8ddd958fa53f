package dev.farsight.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.statistics.RowCounts;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StretchCounterTest {

  private static final int SAMPLES = 3_000;

  /** Enough rows for the hash table to grow several times. */
  private final TableSet tables =
      new TableSet(List.of(new Table("a", 60_000), new Table("b", 40_000), new Table("c", 9)));

  private static BatchSchema schema(TableSet tables) {
    List<Feature> features = List.of(new Feature("a", 0), new Feature("b", 1), new Feature("c", 2));
    return new BatchSchema(0, tables, features, Set.of(BatchSchema.Column.LABEL));
  }

  @Test
  void stretchesAddUpToWhatRowCountsCounts() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    BatchSchema schema = schema(tables);
    var counter = new StretchCounter(schema, true);
    var expected = RowCounts.none(tables);
    var actual = RowCounts.none(tables);
    var batch = new Batch(schema, SAMPLES, HostBuffers.plain());
    for (int n = 0; n < 12; n++) {
      for (int f = 0; f < 3; f++) {
        for (int s = 0; s < SAMPLES; s++) {
          double skewed = Math.pow(random.nextDouble(), 3);
          batch.indices(f)[s] = (int) (skewed * tables.get(f).rows());
        }
        batch.samples(SAMPLES);
        expected.add(batch, f);
      }
      counter.add(batch);
      if (n % 5 == 4) {
        counter.take().addTo(actual);
      }
    }
    assertThat(counter.isFull()).isFalse();
    counter.take().addTo(actual);

    for (int table = 0; table < 3; table++) {
      assertThat(actual.ofTable(table)).as("seed %d", seed).isEqualTo(expected.ofTable(table));
    }
    assertThat(counter.take().size()).isZero();
  }
}
