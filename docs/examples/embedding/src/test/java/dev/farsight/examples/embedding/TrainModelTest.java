package dev.farsight.examples.embedding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.engine.Report;
import dev.farsight.engine.config.FarsightConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainModelTest {

  @TempDir Path folder;

  @Test
  void trainsAModelThatHasLearnedThroughACacheThatEvicts() {
    var out = new ByteArrayOutputStream();
    Path run = folder.resolve("run");
    Report report =
        TrainModel.train(
            FarsightConfig.ofFile(Path.of("small.conf")), run, new PrintStream(out, true, UTF_8));

    assertThat(report.quality().auroc())
        .isBetween(0.9 * report.quality().aurocCeiling(), report.quality().aurocCeiling() + 0.01);
    assertThat(report.json().getLong("cache.evicted_rows")).isPositive();
    assertThat(run.resolve("report.json")).exists();
    assertThat(run.resolve("model/model.json")).exists();
    assertThat(out.toString(UTF_8).lines())
        .contains("training", "evaluating")
        .anyMatch(line -> line.startsWith("step 200 of 201: loss 0."))
        .anyMatch(line -> line.startsWith("AUROC 0."));
  }
}
