package dev.farsight.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsFileTest {

  @TempDir Path folder;

  @Test
  void valuesThatAreNotFiniteAreNull() throws IOException {
    Path path = folder.resolve("metrics.jsonl");
    try (var file = new MetricsFile(path, 0)) {
      file.step(1, 0.7f, 10, 0.5);
      file.step(2, Float.NaN, 10, 0.5);
      file.evaluation(2, new Quality(Double.NaN, Double.NaN, 0.5, Double.POSITIVE_INFINITY));
    }
    assertThat(path)
        .content()
        .isEqualTo(
            """
            {"step":1,"loss":0.7,"samples_per_second":10.0,"hit_ratio":0.5}
            {"step":2,"loss":null,"samples_per_second":10.0,"hit_ratio":0.5}
            {"step":2,"auroc":null,"accuracy":0.5,"logloss":null}
            """);
  }
}
