package dev.farsight.engine.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RowCountsTest {

  private static final int BATCH = 1 << 20;

  /** One value in nearly all samples, as in Criteo 1TB, which has 4 billion. */
  private static final class OneValue implements BatchSource {

    private final BatchSchema schema =
        new BatchSchema(0, new TableSet(List.of(new Table("a", 3))), false, false);
    private long left;

    OneValue(long batches) {
      left = batches;
    }

    @Override
    public BatchSchema schema() {
      return schema;
    }

    @Override
    public boolean next(Batch batch) {
      batch.samples(BATCH);
      batch.indices(0)[0] = 2;
      return left-- > 0;
    }

    @Override
    public void close() {}
  }

  @Test
  void aCountEndsAtTheLargestInt() {
    assertThat(RowCounts.oneMore(0)).isEqualTo(1);
    assertThat(RowCounts.oneMore(Integer.MAX_VALUE - 1)).isEqualTo(Integer.MAX_VALUE);
    assertThat(RowCounts.oneMore(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  @Tag("nightly")
  void aCountBeyondTheLargestStaysThere() {
    long batches = (1L << 31) / BATCH + 2;
    RowCounts counts = RowCounts.of(new OneValue(batches), BATCH, 1);
    assertThat(counts.count(0)).isEqualTo(Integer.MAX_VALUE);
    assertThat(counts.count(1)).isZero();
    assertThat(counts.count(2)).isEqualTo(batches);
    var several = new long[3];
    counts.counts(new long[] {0, 1, 2}, 0, 3, several);
    assertThat(several).containsExactly(Integer.MAX_VALUE, 0, batches);
    assertThat(counts.mostFrequent(1).rows()[0]).isZero();
  }
}
