package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.MemoryForecast;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told before a run of several processes is that of each. */
class ProcessMemoryTest {

  private static final int[] ROWS = {10, 1000, 5000, 20_001};

  @TempDir Path folder;

  private Preview preview(int processes, String kind) {
    return Preview.of(
        new TestRun(folder)
            .set(
                "data.batch-size=36",
                "data.synthetic.cardinalities=[10, 1000, 5000, 20001]",
                "cache.size=30%",
                "compute.backend=nd4j-native",
                "sharding.collective=sockets",
                "sharding.default=" + kind,
                "sharding.processes=" + processes)
            .config(),
        TestRun.builtIn());
  }

  private static long bytes(MemoryForecast memory, String what) {
    return memory.lines().stream()
        .filter(line -> line.what().equals(what))
        .mapToLong(MemoryForecast.Line::bytes)
        .sum();
  }

  @ParameterizedTest
  @CsvSource({"1, row", "2, row", "3, row", "3, replicated"})
  void aProcessHasItsShareOfTheRows(int processes, String kind) {
    Preview preview = preview(processes, kind);
    int share = kind.equals("row") ? processes : 1;
    long rows = IntStream.of(ROWS).mapToLong(all -> (all + share - 1) / share).sum();
    assertThat(bytes(preview.memory(), "embedding rows, off-heap"))
        .isEqualTo(rows * preview.rowBytes());
    assertThat(preview.deviceBytes()).hasSize(processes);
    assertThat(preview.memory().bytes(MemoryForecast.Tier.DEVICE))
        .isEqualTo(preview.deviceBytes().get(0));
  }

  /** The largest table is alone on one of them. */
  @ParameterizedTest
  @CsvSource({"2", "3"})
  void theProcessWithMostRowsIsMeant(int processes) {
    Preview preview = preview(processes, "table");
    long stored = bytes(preview.memory(), "embedding rows, off-heap") / preview.rowBytes();
    assertThat(stored).isBetween(20_001L, 26_010L);
    assertThat(bytes(preview.memory(), "which rows it has")).isPositive();
  }
}
