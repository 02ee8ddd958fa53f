package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.cache.CacheTooSmallException;
import dev.farsight.engine.event.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is told before work is done in vain, and by the setting that is to blame. */
class ToldAtTheStartTest {

  private static final String NOTHING_TRAINED =
      "nothing was trained: the training part of the data is empty";

  private static final String NOTHING_EVALUATED =
      "nothing was evaluated: the evaluation part of the data has no valid sample";

  @TempDir Path folder;

  /** What the last run did before it ended. */
  private final List<String> phases = new ArrayList<>();

  private void train(String... sets) {
    phases.clear();
    RunListener listener =
        new RunListener() {
          @Override
          public void phase(String name) {
            phases.add(name);
          }
        };
    try (Trainer trainer = new TestRun(folder).set(sets).open(listener)) {
      trainer.train();
    }
  }

  @Test
  void statisticsThatAreNotThere() {
    String path = "cache.statistics.path=" + folder;
    assertThatThrownBy(() -> train(path, "cache.policy=frequency"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(folder + " has no stats.json");
    assertThat(phases).isEmpty();
    assertThatThrownBy(() -> Preview.of(new TestRun(folder).set(path).config(), TestRun.builtIn()))
        .hasMessageContaining(folder + " has no stats.json");
  }

  @Test
  void aCacheThatDoesNotHoldTheFirstBatch() {
    String frequency = "cache.policy=frequency";
    assertThatThrownBy(() -> train(frequency, "cache.size=\"20 rows\""))
        .isInstanceOf(CacheTooSmallException.class)
        .hasMessageMatching(
            "the batch of step 1 has \\d+ unique rows for the cache, which has 20 slots; set"
                + " cache.size to .*");
    assertThat(phases).containsExactly("opening synthetic data");
    // The same batch, found too large when it is used.
    String[] whole = {frequency, "cache.size=\"20 rows\"", "data.shuffle=\"12010 samples\""};
    assertThatThrownBy(() -> train(whole))
        .isInstanceOf(CacheTooSmallException.class)
        .hasMessageStartingWith("the batch of step 1 has ");
    assertThat(phases).contains("counting rows in the training data");
    train(frequency, "cache.size=\"145 rows\"", "train.max-steps=3");
  }

  private Path csv(String name, String row) throws IOException {
    return Files.writeString(folder.resolve(name), "label,a,b\n" + row.repeat(100));
  }

  @Test
  void theSettingThatLeavesNoSamples() throws IOException {
    Path good = csv("good.csv", "1,2,3\n0,2,4\n");
    Path bad = csv("bad.csv", "x,2,3\n");
    String[] csv = {
      "data.source=csv",
      "data.path=" + good,
      "data.on-bad-row=skip",
      "data.csv.dense=[a]",
      "data.csv.categorical=[{ column = b, rows = 9, kind = integer }]",
      "cache.size=all"
    };
    requireTold(NOTHING_TRAINED, "data.eval-fraction", csv, "data.eval-fraction=1");
    requireTold(
        NOTHING_TRAINED,
        "data.eval-where",
        csv,
        "data.eval-where.column=b",
        "data.eval-where.at-least=3");
    requireTold(NOTHING_TRAINED, "data.path", csv, "data.path=" + bad, "data.eval-path=" + good);
    requireTold(NOTHING_EVALUATED, "data.eval-path", csv, "data.eval-path=" + bad);
    Path badEnd = csv("bad-end.csv", "1,2,3\n");
    Files.writeString(badEnd, Files.readString(badEnd) + "x,2,4\n".repeat(100));
    requireTold(
        NOTHING_EVALUATED,
        "data.eval-fraction",
        csv,
        "data.path=" + badEnd,
        "data.eval-fraction=0.4");
    requireTold(
        NOTHING_EVALUATED,
        "data.eval-where",
        csv,
        "data.path=" + badEnd,
        "data.eval-where.column=b",
        "data.eval-where.values=[4]");
  }

  private void requireTold(String what, String setting, String[] csv, String... sets) {
    var all = new ArrayList<>(List.of(csv));
    all.addAll(List.of(sets));
    assertThatThrownBy(() -> train(all.toArray(String[]::new)))
        .isInstanceOf(FarsightException.class)
        .hasMessageStartingWith(what)
        .hasMessageEndingWith("; check " + setting + " and data.on-bad-row");
  }
}
