package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.metrics.MetricsFile;
import dev.farsight.engine.plugin.Components;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Metrics that cannot be written cost no training. */
class MetricsFailureTest {

  private static final Path FULL = Path.of("/dev/full");

  @TempDir Path folder;

  private final Components components = TestRun.builtIn();
  private Path directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createDirectory(folder.resolve("run"));
  }

  private Report train(int steps) {
    TestRun run =
        new TestRun(folder)
            .components(components)
            .set("cache.size=\"10%\"", "data.eval-fraction=0", "train.max-steps=" + steps);
    try (Trainer trainer = Trainer.open(run.config(), components, directory, RunListener.NONE)) {
      return trainer.train();
    }
  }

  private Path metrics() {
    return directory.resolve("metrics.jsonl");
  }

  @Test
  void metricsThatAreWrittenAreComplete() throws IOException {
    assertThat(train(20).json().getBoolean("metrics_complete")).isTrue();
    assertThat(Files.readAllLines(metrics())).hasSize(20);
  }

  /** Few lines fail when the file is closed, many while training. */
  @ParameterizedTest
  @ValueSource(ints = {3, 200})
  void aFullDiskEndsNoTraining(int steps) throws IOException {
    assumeThat(FULL).exists();
    Files.createSymbolicLink(metrics(), FULL);
    Report report = train(steps);
    Files.delete(metrics());
    assertThat(report.json().getLong("throughput.steps")).isEqualTo(steps);
    assertThat(report.json().getBoolean("metrics_complete")).isFalse();
    assertThat(directory.resolve("report.json")).content().contains("\"metrics_complete\" : false");
  }

  @Test
  void aFileThatCannotBeOpenedEndsNoTraining() throws IOException {
    Files.createDirectory(metrics());
    assertThat(train(20).json().getBoolean("metrics_complete")).isFalse();
  }

  @Test
  void linesThatAreNotOursStay() throws IOException {
    byte[] damaged = {'{', (byte) 0xff, (byte) 0xfe, '\n'};
    Files.write(metrics(), damaged);
    try (var file = MetricsFile.resume(metrics(), 5, -1)) {
      file.step(6, 0.5f, 1, 1);
      assertThat(file.complete()).isTrue();
    }
    assertThat(Files.readAllBytes(metrics())).startsWith(damaged).endsWith('}', '\n');
  }
}
