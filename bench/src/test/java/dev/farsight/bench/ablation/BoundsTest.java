package dev.farsight.bench.ablation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.plugin.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundsTest {

  @TempDir Path folder;

  private final Plugins plugins = SuiteTests.plugins();

  private List<Cell> cells(String ablation, String... overrides) throws IOException {
    return SuiteTests.schedule(folder, ablation, overrides).cells();
  }

  /** The rows of each batch of a cell's training, read again. */
  private List<Set<List<Integer>>> batches(Cell cell) {
    var farsight = Settings.of("farsight", cell.config());
    var batches = new ArrayList<Set<List<Integer>>>();
    try (var source = DataView.open(farsight, plugins.components());
        var pass = source.train(0)) {
      var batch = new Batch(source.schema(), 64, HostBuffers.plain());
      long steps = cell.config().getLong("train.max-steps");
      while ((steps == 0 || batches.size() < steps) && pass.next(batch)) {
        var rows = new HashSet<List<Integer>>();
        for (int f = 0; f < 3; f++) {
          for (int i = 0; i < batch.lookups(f); i++) {
            rows.add(List.of(f, batch.indices(f)[i]));
          }
        }
        batches.add(rows);
      }
    }
    return batches;
  }

  /** Belady's choice by looking through all later batches for every row. */
  private static long naive(List<Set<List<Integer>>> batches, int slots) {
    Set<List<Integer>> resident = new HashSet<>();
    long missed = 0;
    for (int b = 0; b < batches.size(); b++) {
      Set<List<Integer>> batch = batches.get(b);
      for (List<Integer> row : batch) {
        missed += resident.contains(row) ? 0 : 1;
      }
      resident.addAll(batch);
      while (resident.size() > slots) {
        resident.remove(furthest(resident, batch, batches, b));
      }
    }
    return missed;
  }

  private static List<Integer> furthest(
      Set<List<Integer>> resident,
      Set<List<Integer>> pinned,
      List<Set<List<Integer>>> batches,
      int now) {
    List<Integer> furthest = null;
    int most = -1;
    for (List<Integer> row : resident) {
      int next = now + 1;
      while (next < batches.size() && !batches.get(next).contains(row)) {
        next++;
      }
      if (!pinned.contains(row) && next > most) {
        most = next;
        furthest = row;
      }
    }
    return furthest;
  }

  @Test
  void itIsWhatANaiveClairvoyantBringsIn() throws IOException {
    assertNaive(
        cells("axes { cache.size = [\"150 rows\", \"200 rows\"], train.max-steps = [0, 9] }"));
  }

  @Test
  void ofBagsToo() throws IOException {
    assertNaive(
        cells(
            "axes { cache.size = [\"250 rows\", \"300 rows\"], train.max-steps = [0, 9] }",
            "data.synthetic.hotness=[3, 1, 6]",
            "data.synthetic.hotness-law=uniform"));
  }

  private void assertNaive(List<Cell> cells) throws IOException {
    var bounds = new Bounds(folder);
    bounds.compute(cells, plugins.components(), line -> {});
    assertThat(cells).hasSize(4);
    for (Cell cell : cells) {
      assertThat(bounds.missedRows(cell))
          .as(cell.text())
          .hasValue(naive(batches(cell), Math.toIntExact(cell.outlook().slots())));
    }
  }

  @Test
  void itIsComputedOnceForCellsThatDoNotDifferInIt() throws IOException {
    var cells = cells("axes { cache.policy = [lru, lfu], lookahead.batches = [1, 8] }");
    var bounds = new Bounds(folder);
    var said = new ArrayList<String>();
    bounds.compute(cells, plugins.components(), said::add);
    assertThat(said).hasSize(1);
    try (var files = Files.list(folder.resolve("bounds"))) {
      assertThat(files).hasSize(1);
    }
    var again = new Bounds(folder);
    again.compute(cells, plugins.components(), said::add);
    assertThat(said).as("kept from before").hasSize(1);
    assertThat(cells).allSatisfy(cell -> assertThat(again.missedRows(cell)).isPresent());
  }
}
