package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model of values with rows of their own, trained on a part that a column tells: trained, resumed
 * and evaluated.
 */
class VocabularyRunTest {

  private static final List<String> DATA =
      List.of(
          "data.criteo.ids=vocabulary",
          "data.criteo.min-count=2",
          "data.eval-where.column=I1",
          "data.eval-where.at-least=9");

  @TempDir Path folder;
  private Path rows;

  /** What a command line printed and returned. */
  private record Result(int status, String out, String err) {}

  private Result run(List<String> args, List<String> sets) {
    var all = new ArrayList<>(args);
    sets.forEach(set -> all.addAll(List.of("--set", set)));
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status;
    try (var outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        var errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      var environment = new Environment(Optional.empty(), 0);
      status =
          Main.run(environment, new Interrupt(), outStream, errStream, all.toArray(String[]::new));
    }
    return new Result(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @BeforeEach
  void writeRows() throws IOException {
    rows = folder.resolve("rows.txt");
    List<String> synth = List.of("data", "synth", "--out", rows.toString(), "--rows", "1500");
    assertThat(run(synth, List.of()).status()).isZero();
    Files.writeString(
        folder.resolve("my.conf"),
        "farsight { data { source = criteo, batch-size = 64 }, optimizer.type = adam }");
  }

  private Result train(String directory, List<String> options, String... sets) {
    var args = new ArrayList<>(List.of("train", folder.resolve("my.conf").toString()));
    args.addAll(options);
    var all = new ArrayList<>(DATA);
    all.addAll(
        List.of(
            "data.path=" + rows,
            "model.embedding-dim=4",
            "model.dlrm.bottom-mlp=[8]",
            "model.dlrm.top-mlp=[8]",
            "compute.threads=1",
            "run.directory=" + folder.resolve(directory)));
    all.addAll(List.of(sets));
    return run(args, all);
  }

  private Config report(String directory) {
    return ConfigFactory.parseFile(folder.resolve(directory).resolve("report.json").toFile());
  }

  private void assertTrained(Result result, String directory, String as) {
    assertThat(result.status()).as(result.err()).isZero();
    for (String digest : List.of("loss_sha256", "weights_sha256", "quality")) {
      assertThat(report(directory).getValue(digest))
          .as(as)
          .isEqualTo(report("whole").getValue(digest));
    }
  }

  @Test
  void isTrainedResumedAndEvaluated() throws IOException {
    assertTrained(train("whole", List.of(), "cache.size=all"), "whole", "whole");
    long evaluated =
        Files.readAllLines(rows).stream()
            .map(line -> line.split("\t", -1)[1])
            .filter(text -> !text.isEmpty() && Integer.parseInt(text) >= 9)
            .count();
    assertThat(report("whole").getLong("data.eval_samples")).isEqualTo(evaluated).isPositive();
    Path model = folder.resolve("whole/model");
    assertThat(model.resolve("data/C1.vocabulary.npy")).isNotEmptyFile();
    assertTrained(train("lru", List.of(), "cache.policy=lru", "cache.size=60%"), "lru", "lru");
    String[] checkpoints = {"checkpoint.every=5 steps", "cache.size=all"};
    assertThat(
            train("run", List.of(), checkpoints[0], checkpoints[1], "train.max-steps=7").status())
        .isZero();
    assertThat(
            train("run", List.of("--resume"), checkpoints[0], "data.eval-where.at-least=10").err())
        .contains("data.eval-where.at-least was 9, is 10");
    assertTrained(train("run", List.of("--resume"), checkpoints), "run", "resumed");

    Result same = eval("same", model, "data.eval-where.column=I1", "data.eval-where.at-least=9");
    assertThat(same.status()).as(same.err()).isZero();
    assertThat(report("same").getValue("quality")).isEqualTo(report("whole").getValue("quality"));
    Result all = eval("all", model);
    assertThat(all.status()).as(all.err()).isZero();
    assertThat(report("all").getInt("data.eval_samples")).isEqualTo(1500);
    assertThat(eval("e", model, "data.criteo.ids=modulo").err())
        .contains("farsight.data.criteo.ids was vocabulary, is modulo")
        .hasLineCount(1);
    Files.write(model.resolve("data/C1.vocabulary.npy"), new byte[200]);
    assertThat(eval("e", model).err()).contains("C1.vocabulary.npy").hasLineCount(1);
  }

  private Result eval(String directory, Path model, String... sets) {
    var all = new ArrayList<>(List.of("run.directory=" + folder.resolve(directory)));
    all.add("cache.size=all");
    all.addAll(List.of(sets));
    return run(List.of("eval", model.toString(), rows.toString()), all);
  }
}
