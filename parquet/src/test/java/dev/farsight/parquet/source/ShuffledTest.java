package dev.farsight.parquet.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.Permutation;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.InitialRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows in random order: row groups, and the rows of each. */
class ShuffledTest {

  private static final int GROUP = 60;
  private static final int FIRST_FILE = 250;
  private static final int ROWS = 600;
  private static final int TRAIN = 430;

  @TempDir Path folder;
  private String conf;

  /** Two files of numbered rows. */
  @BeforeEach
  void write() throws IOException {
    write("a.parquet", 0, FIRST_FILE);
    write("b.parquet", FIRST_FILE, ROWS);
    conf =
        """
        path = "%s", eval-fraction = %s
        parquet.categorical = [{ column = row, rows = 100000, kind = integer }]
        """
            .formatted(folder, (ROWS - TRAIN) / (double) ROWS);
  }

  private void write(String name, int from, int to) throws IOException {
    List<Consumer<Group>> rows =
        IntStream.range(from, to)
            .<Consumer<Group>>mapToObj(r -> group -> group.append("label", 0).append("row", r))
            .toList();
    WrittenFile.PLAIN
        .groupsOf(GROUP)
        .write(folder.resolve(name), "required int32 label; required int32 row;", rows);
  }

  private List<Integer> order(long seed, int epoch, int capacity, int threads) {
    try (DataSource source = Opened.open(new ParquetFactory(), conf, threads)) {
      return numbers(source.shuffled(seed, epoch), capacity);
    }
  }

  private static List<Integer> numbers(BatchSource pass, int capacity) {
    return Opened.rows(pass, capacity).stream().map(row -> row.bags().get(0).get(0)).toList();
  }

  /** As the documentation has it. */
  private static List<Integer> expected(long seed, int epoch) {
    var groups = new ArrayList<int[]>();
    for (int[] file : new int[][] {{0, FIRST_FILE}, {FIRST_FILE, ROWS}}) {
      for (int from = file[0]; from < file[1]; from += GROUP) {
        int to = Math.min(Math.min(from + GROUP, file[1]), TRAIN);
        if (from < to) {
          groups.add(new int[] {from, to});
        }
      }
    }
    var order = new ArrayList<Integer>();
    var ofGroups = new Permutation(groups.size(), seed, epoch);
    for (int g = 0; g < groups.size(); g++) {
      int[] group = groups.get((int) ofGroups.at(g));
      int rows = group[1] - group[0];
      var ofRows = new Permutation(rows, InitialRows.mix64(seed) + group[0], epoch);
      for (int r = 0; r < rows; r++) {
        order.add(group[0] + (int) ofRows.at(r));
      }
    }
    return order;
  }

  @Test
  void eachTrainingRowOnceInTheDocumentedOrder() {
    try (DataSource source = Opened.open(new ParquetFactory(), conf, 1)) {
      assertThat(source.seeks()).isTrue();
    }
    for (int epoch = 0; epoch < 3; epoch++) {
      List<Integer> order = order(5, epoch, 64, 2);
      assertThat(order).isEqualTo(expected(5, epoch));
      assertThat(order)
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, TRAIN).boxed().toList());
    }
  }

  @Test
  void neitherBatchesNorThreadsChangeIt() {
    List<Integer> order = order(8, 0, 1, 1);
    assertThat(order(8, 0, 37, 3)).isEqualTo(order);
    assertThat(order(8, 0, 1_000, 2)).isEqualTo(order);
    assertThat(order(9, 0, 37, 3)).isNotEqualTo(order);
    assertThat(order(8, 1, 37, 3)).isNotEqualTo(order);
  }

  @Test
  void skippedRowsAreNotRead() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    List<Integer> order = order(seed, 0, 7, 1);
    try (DataSource source = Opened.open(new ParquetFactory(), conf, 1)) {
      for (int i = 0; i < 40; i++) {
        int capacity = random.nextInt(1, 20);
        int batches = random.nextInt(TRAIN / capacity + 1);
        var pass = source.shuffled(seed, 0);
        var scratch = new Batch(pass.schema(), capacity, HostBuffers.plain());
        int before = Math.min(random.nextInt(3), batches);
        for (int b = 0; b < before; b++) {
          pass.next(scratch);
        }
        long rest = (long) (batches - before) * capacity;
        assertThat(pass.skip(rest, scratch)).isEqualTo(rest);
        assertThat(numbers(pass, capacity))
            .as("seed %d, batch %d of %d", seed, batches, capacity)
            .isEqualTo(order.subList(batches * capacity, TRAIN));
      }
      var pass = source.shuffled(seed, 0);
      assertThat(pass.skip(10_000, new Batch(pass.schema(), 10_000, HostBuffers.plain())))
          .isEqualTo(TRAIN);
    }
  }
}
