package org.example.clicks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.engine.Report;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainClickModelTest {

  @TempDir Path folder;

  @Test
  void trainsUntilTheModelIsGoodEnoughAndUsesIt() throws Exception {
    var out = new ByteArrayOutputStream();
    Report evaluated =
        TrainClickModel.run(folder, List.of(), new PrintStream(out, true, UTF_8));

    Report trained = Report.read(folder.resolve("training/report.json"));
    assertThat(trained.stopped()).isTrue();
    assertThat(trained.steps()).isPositive().isLessThan(20 * 201);
    assertThat(trained.quality().orElseThrow().normalisedEntropy()).isLessThan(0.82);
    assertThat(trained.json().getLong("cache.evicted_rows")).isPositive();
    assertThat(trained.weightsSha256()).isEqualTo(evaluated.weightsSha256());
    assertThat(evaluated.evaluationSamples()).isEqualTo(17_143);
    assertThat(out.toString(UTF_8).lines())
        .anyMatch(line -> line.startsWith("step 50: AUROC 0."))
        .anyMatch(line -> line.startsWith("good enough after "))
        .anyMatch(line -> line.startsWith("evaluated 17143 samples: AUROC 0."))
        .anyMatch(line -> line.matches("\\d+ rows of C2 were trained; most like row 0 is row \\d+"));
  }
}
