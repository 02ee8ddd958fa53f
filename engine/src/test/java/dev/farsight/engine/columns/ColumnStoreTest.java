package dev.farsight.engine.columns;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.config.Settings;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowColumns;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.RowFormat.StatePart;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.pipeline.MovedRows;
import dev.farsight.testkit.store.AssertingRowStore;
import dev.farsight.testkit.store.DeferredRowStore;
import dev.farsight.testkit.store.NaiveRowStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/**
 * Ranks that read and write their columns of the same rows at the same time, above a store that
 * checks that no row is in two calls, and completes them late.
 */
class ColumnStoreTest {

  private static final int ROWS = 90;
  private static final int RANKS = 3;
  private static final RowFormat FORMAT =
      new RowFormat(
          12, Precision.BF16, List.of(new StatePart("row", 1, 2), new StatePart("each", 12, 3)));

  private final TableSet tables = new TableSet(List.of(new Table("t", ROWS)));
  private final InitialRows initial =
      new InitialRows(tables, FORMAT, InitialRows.uniform(tables), 5, 0);
  private final NaiveRowStore naive =
      new NaiveRowStore(
          new StoreSpec(tables, FORMAT, initial, Settings.of("own", ConfigFactory.empty()), 1));
  private final ColumnStore store =
      new ColumnStore(new AssertingRowStore(new DeferredRowStore(naive)), RANKS);

  /** What a rank has written last; what it reads must be that. */
  private final class Rank implements Callable<float[][]> {

    private final long seed;
    private final MovedRows rows;
    private final RowFormat own;
    private final float[][] model = new float[ROWS][];

    Rank(int rank, long seed) {
      this.seed = seed;
      rows = store.ofRank(rank);
      own = RowColumns.format(FORMAT, RANKS);
      var columns = new RowColumns(FORMAT, rank, RANKS);
      var whole = RowBuffer.allocate(FORMAT, 1, HostBuffers.plain());
      var part = RowBuffer.allocate(own, 1, HostBuffers.plain());
      for (int row = 0; row < ROWS; row++) {
        initial.fill(row, whole, 0);
        columns.read(whole, 0, part, 0);
        model[row] = new float[own.words()];
        part.get(0, model[row]);
      }
    }

    @Override
    public float[][] call() {
      var random = new Random(seed);
      var ring = RowBuffer.allocate(own, ROWS + 5, HostBuffers.plain());
      for (int i = 0; i < 150; i++) {
        long[] some = random.longs(0, ROWS).distinct().limit(1 + random.nextInt(60)).toArray();
        int from = random.nextInt(some.length);
        int count = some.length - from;
        int ringRow = random.nextInt(5);
        if (random.nextBoolean()) {
          for (int k = 0; k < count; k++) {
            int row = (int) some[from + k];
            for (int w = 0; w < model[row].length; w++) {
              // What all ranks have of a row is the same on all of them.
              model[row][w] = w == own.stateWord() ? row : random.nextFloat();
            }
            ring.put(ringRow + k, model[row]);
          }
          rows.expectWrites(some, from, count);
          rows.write(some, from, count, ring, ringRow).await();
        } else {
          rows.read(some, from, count, ring, ringRow).await();
          for (int k = 0; k < count; k++) {
            var read = new float[own.words()];
            ring.get(ringRow + k, read);
            int row = (int) some[from + k];
            // Another rank may have written the row as a whole already.
            read[own.stateWord()] = model[row][own.stateWord()];
            assertThat(read).as("seed %d, row %d", seed, row).isEqualTo(model[row]);
          }
        }
      }
      return model;
    }
  }

  @Test
  void ranksWriteTheirColumnsOfTheSameRowsAtTheSameTime() throws Exception {
    long seed = new Random().nextLong();
    var threads = Executors.newFixedThreadPool(RANKS);
    try {
      List<Rank> ranks = new ArrayList<>();
      for (int rank = 0; rank < RANKS; rank++) {
        ranks.add(new Rank(rank, seed + rank));
      }
      List<float[][]> models = new ArrayList<>();
      for (var result : threads.invokeAll(ranks)) {
        models.add(result.get());
      }
      var whole = RowBuffer.allocate(FORMAT, 1, HostBuffers.plain());
      var part = RowBuffer.allocate(RowColumns.format(FORMAT, RANKS), 1, HostBuffers.plain());
      for (int row = 0; row < ROWS; row++) {
        naive.read(new long[] {row}, 0, 1, whole, 0).await();
        for (int rank = 0; rank < RANKS; rank++) {
          new RowColumns(FORMAT, rank, RANKS).read(whole, 0, part, 0);
          var read = new float[part.format().words()];
          part.get(0, read);
          float state = read[part.format().stateWord()];
          read[part.format().stateWord()] = models.get(rank)[row][part.format().stateWord()];
          assertThat(read).as("seed %d, row %d", seed, row).isEqualTo(models.get(rank)[row]);
          assertThat(state).isIn(2f, (float) row);
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
