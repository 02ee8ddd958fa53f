package dev.farsight.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsFileTest {

  @TempDir Path folder;

  @Test
  void valuesThatAreNotFiniteAreNull() throws IOException {
    Path path = folder.resolve("metrics.jsonl");
    try (var file = MetricsFile.create(path)) {
      file.step(1, 0.7f, 10, 0.5);
      file.step(2, Float.NaN, 10, 0.5);
      file.evaluation(
          2,
          300,
          new Quality(
              Double.NaN,
              Double.NaN,
              Double.NaN,
              0.5,
              Double.POSITIVE_INFINITY,
              Double.NaN,
              1.25,
              .5));
    }
    assertThat(path)
        .content()
        .isEqualTo(
            """
            {"step":1,"loss":0.7,"samples_per_second":10.0,"hit_ratio":0.5}
            {"step":2,"loss":null,"samples_per_second":10.0,"hit_ratio":0.5}
            {"step":2,"samples":300,"auroc":null,"auprc":null,"accuracy":0.5,"logloss":null,"normalised_entropy":null,"calibration":1.25,"gauc":0.5}
            """);
  }

  private Path threeSteps() {
    Path path = folder.resolve("metrics.jsonl");
    try (var file = MetricsFile.create(path)) {
      for (int step = 1; step <= 3; step++) {
        file.step(step, 0.5f, 10, 0.5);
      }
    }
    return path;
  }

  @Test
  void aResumedFileIsCutAtTheLengthOfTheCheckpoint() throws IOException {
    Path path = threeSteps();
    long length;
    try (var file = MetricsFile.create(path)) {
      file.step(1, 0.5f, 10, 0.5);
      length = file.flush();
      assertThat(Files.size(path)).isEqualTo(length);
      file.step(2, 0.25f, 10, 0.5);
    }
    try (var file = MetricsFile.resume(path, 1, length)) {
      file.step(2, 0.75f, 10, 0.5);
    }
    assertThat(Files.readAllLines(path)).hasSize(2);
    assertThat(Files.readAllLines(path).get(1)).contains("\"step\":2,\"loss\":0.75");
  }

  @Test
  void withoutAKnownLengthItIsCutAtTheFirstLineOfALaterStep() throws IOException {
    Path path = threeSteps();
    Files.writeString(path, "{\"step\":", StandardOpenOption.APPEND);
    try (var file = MetricsFile.resume(path, 2, -1)) {
      file.step(3, 0.75f, 10, 0.5);
    }
    assertThat(Files.readAllLines(path)).hasSize(3);
    assertThat(Files.readAllLines(path).get(2)).contains("\"step\":3,\"loss\":0.75");
  }

  @Test
  void aLengthBeyondTheEndIsNotBelieved() throws IOException {
    Path path = threeSteps();
    try (var file = MetricsFile.resume(path, 3, 10_000)) {
      file.step(4, 0.75f, 10, 0.5);
    }
    assertThat(Files.readAllLines(path)).hasSize(4);
  }
}
