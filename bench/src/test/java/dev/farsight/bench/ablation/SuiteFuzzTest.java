package dev.farsight.bench.ablation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.testkit.fuzz.Mutations;
import dev.farsight.testkit.fuzz.Mutations.Mutant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Suites damaged by chance: each is read, or refused with a line that names it. */
class SuiteFuzzTest {

  private static final long SEED = 17;

  private static final String ABLATION =
      """
      ablation {
        name = "a suite"
        mode = grid
        axes {
          cache.policy = [lru, lfu]
          cache.size = ["250 rows", "10%", all]
          storage = [{ backend = offheap }, { backend = ssd, ssd.ram-cache = "10%" }]
        }
        baseline { cache.policy = lfu }
        exclude = [{ cache.policy = lru, cache.size = all }]
        seeds = [1, 2]
        repeats = 3
        warm-up = "1000 samples"
        time-limit = 10 min
        bound = false
      }
      """;

  @TempDir private Path folder;

  private void tried(Mutant mutant) throws IOException {
    Path file = Files.write(folder.resolve("suite.conf"), mutant.bytes());
    Throwable thrown = catchThrowable(() -> SuiteFile.read(file, List.of()));
    if (thrown != null) {
      assertThat(thrown).as("%s", mutant).isInstanceOf(ConfigException.class);
      assertThat(thrown).as("%s", mutant).hasMessageContaining("suite.conf");
      assertThat(thrown.getMessage()).as("%s", mutant).hasLineCount(1).hasSizeLessThan(2000);
    }
    try (var files = Files.list(folder)) {
      assertThat(files).as("%s", mutant).containsExactly(file);
    }
  }

  private void read(int count) throws IOException {
    byte[] original = (SuiteTests.BASE + ABLATION).getBytes(UTF_8);
    tried(new Mutant(original, "the original"));
    for (Mutant mutant : new Mutations(original, SEED).stream(count).toList()) {
      tried(mutant);
    }
  }

  @Test
  @Timeout(300)
  void suitesAreReadOrRefused() throws IOException {
    read(500);
  }

  @Test
  @Tag("nightly")
  @Timeout(7200)
  void manySuitesAreReadOrRefused() throws IOException {
    read(50_000);
  }

  /** What cells left, damaged: read, run again, or refused with the file's name. */
  @Test
  @Timeout(300)
  void whatCellsLeftIsReadOrRefused() throws IOException {
    var cell = SuiteTests.schedule(folder, "axes { cache.policy = [lru] }").cells().get(0);
    Path run = Files.createDirectory(folder.resolve("run"));
    for (String name : List.of("report.json", "cell.json")) {
      String text = name.equals("cell.json") ? "{\"seconds\":1.5,\"failure\":\"x\"}" : REPORT;
      for (Mutant mutant : new Mutations(text.getBytes(UTF_8), SEED).stream(400).toList()) {
        Path file = Files.write(run.resolve(name), mutant.bytes());
        Throwable thrown = catchThrowable(() -> CellResult.of(cell, run));
        if (thrown != null) {
          assertThat(thrown).as("%s", mutant).isInstanceOf(FarsightException.class);
          assertThat(thrown).as("%s", mutant).hasMessageStartingWith(file.toString());
          assertThat(thrown.getMessage()).as("%s", mutant).hasSizeLessThan(2000);
        }
      }
      Files.delete(run.resolve(name));
    }
  }

  private static final String REPORT =
      """
      {"stopped": false, "version": "1", "git": "x", "host": {"cpu": "y"}, "weights_sha256": null,
       "loss_sha256": "00", "quality": {"auroc": 0.5},
       "throughput": {"steps": 1, "samples_per_second": 1, "iterations_per_second": 1,
         "train_seconds": 1, "stages": {"read": 1, "dedupe": 1, "plan": 1, "order": 1, "fetch": 1,
         "compute": 1, "write_back": 1}},
       "data": {"train_samples": 1},
       "memory": {"device_bytes": 1, "store_bytes": 1, "peak_rss_bytes": 1},
       "cache": {"row_bytes": 16, "slots": 1, "hit_ratio": 1, "unique_hit_ratio": 1,
         "loaded_rows": 1, "forwarded_rows": 1, "evicted_rows": 1, "written_back_rows": 1,
         "unique_rows": 1, "unique_hits": 1, "lookahead_shrunk": 0}}
      """;

  @Test
  void aReportAsRunsLeaveItIsRead() throws IOException {
    var cell = SuiteTests.schedule(folder, "axes { cache.policy = [lru] }").cells().get(0);
    Path run = Files.createDirectory(folder.resolve("run"));
    Files.writeString(run.resolve("report.json"), REPORT);
    assertThat(CellResult.of(cell, run).done()).isTrue();
  }
}
