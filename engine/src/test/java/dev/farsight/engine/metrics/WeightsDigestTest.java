package dev.farsight.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.testkit.store.NaiveRowStore;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightsDigestTest {

  private static final TableSet TABLES =
      new TableSet(List.of(new Table("a", 200_000), new Table("b", 5)));
  private static final RowFormat FORMAT = RowFormat.of(3, 0);

  private static RowStore store(long seed) {
    var initial = new InitialRows(TABLES, FORMAT, seed, 0);
    return new NaiveRowStore(new StoreSpec(TABLES, FORMAT, initial, null, 1));
  }

  private static void write(RowStore store, long row, float first) {
    var values = RowBuffer.allocate(FORMAT, 1, HostBuffers.plain());
    store.spec().initial().fill(row, values, 0);
    if (!Float.isNaN(first)) {
      values.floats(0).put(values.wordAt(0), first);
    }
    store.write(new long[] {row}, 0, 1, values, 0).await();
  }

  private static String digest(RowStore store, float... dense) {
    try (var workers = new Workers("test", 2)) {
      return WeightsDigest.hex(store, new OneParameter(dense), workers);
    }
  }

  /** A row that was written with its initial value is as one that never was. */
  @Test
  void itDoesNotTellWhichRowsWereWritten() {
    RowStore untouched = store(5);
    RowStore touched = store(5);
    write(touched, 7, Float.NaN);
    write(touched, 200_001, Float.NaN);
    assertThat(digest(touched, 1)).isEqualTo(digest(untouched, 1));
  }

  @Test
  void theOrderOfWritesDoesNotMatter() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    List<Integer> rows = random.ints(500, 0, 200_005).boxed().toList();
    RowStore forward = store(5);
    RowStore backward = store(5);
    rows.forEach(row -> write(forward, row, row));
    for (int i = rows.size() - 1; i >= 0; i--) {
      write(backward, rows.get(i), rows.get(i));
    }
    assertThat(digest(forward, 1)).as("seed %d", seed).isEqualTo(digest(backward, 1));
  }

  @Test
  void everyDifferenceShows() {
    RowStore one = store(5);
    write(one, 70_000, 0.5f);
    String digest = digest(one, 1, 2);
    RowStore otherRow = store(5);
    write(otherRow, 70_001, 0.5f);
    RowStore sameRowInAnotherChunk = store(5);
    write(sameRowInAnotherChunk, 70_000 - 65_536, 0.5f);
    RowStore otherValue = store(5);
    write(otherValue, 70_000, 0.25f);
    RowStore otherSeed = store(6);
    write(otherSeed, 70_000, 0.5f);
    assertThat(
            List.of(
                digest(otherRow, 1, 2),
                digest(sameRowInAnotherChunk, 1, 2),
                digest(otherValue, 1, 2),
                digest(otherSeed, 1, 2),
                digest(one, 1, 3),
                digest(one, 1)))
        .doesNotContain(digest)
        .doesNotHaveDuplicates();
  }

  private static final class OneParameter implements DenseState {

    private final float[] values;

    OneParameter(float[] values) {
      this.values = values;
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(new Parameter("p", List.of(values.length), false));
    }

    @Override
    public void read(int parameter, float[] target) {
      System.arraycopy(values, 0, target, 0, values.length);
    }

    @Override
    public void write(int parameter, float[] from) {
      throw new AssertionError();
    }
  }
}
