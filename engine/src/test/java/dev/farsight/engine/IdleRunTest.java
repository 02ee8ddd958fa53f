package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that did nothing of what was asked fails, and saves no untrained model. */
class IdleRunTest {

  @TempDir Path folder;

  /** A csv file whose first rows are whole and whose last ones have no label. */
  private TestRun run(int wholeRows, int malformedRows) throws IOException {
    Path file = folder.resolve("data.csv");
    String rows =
        IntStream.range(0, wholeRows + malformedRows)
            .mapToObj(i -> (i < wholeRows ? i % 2 : "?") + "," + i + ",u" + i % 7 + "\n")
            .collect(Collectors.joining());
    Files.writeString(file, "label,price,user\n" + rows);
    return new TestRun(folder)
        .set(
            "data.source=csv",
            "data.path=" + file,
            "data.csv.label=label",
            "data.csv.dense=[price]",
            "data.csv.categorical=[{ column = user, rows = 20, kind = string }]",
            "cache.size=\"100%\"",
            "data.on-bad-row=skip",
            "model.save=true");
  }

  private void assertNothingSaved(TestRun run) {
    assertThat(run.directory().resolve("model")).doesNotExist();
    assertThat(run.directory().resolve("report.json")).doesNotExist();
  }

  @Test
  void trainingOnMalformedRowsAloneFails() throws IOException {
    TestRun run = run(0, 100).set("data.eval-fraction=0");
    assertThatThrownBy(run::train)
        .hasMessageContaining("nothing was trained")
        .hasMessageContaining("100 malformed rows were skipped")
        .hasMessageContaining("data.on-bad-row");
    assertNothingSaved(run);
  }

  @Test
  void trainingOnNoShareFails() throws IOException {
    TestRun run = run(100, 0).set("data.eval-fraction=1");
    assertThatThrownBy(run::train)
        .hasMessageContaining("nothing was trained")
        .hasMessageContaining("data.eval-fraction");
    assertNothingSaved(run);
  }

  @Test
  void anEvaluationWithoutASampleFailsAndTheModelIsSaved() throws IOException {
    TestRun run = run(50, 50).set("data.eval-fraction=0.5");
    assertThatThrownBy(run::train).hasMessageContaining("nothing was evaluated");
    assertThat(run.directory().resolve("model/model.json")).exists();
    assertThat(run.directory().resolve("report.json")).doesNotExist();
  }
}
