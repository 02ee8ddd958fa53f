package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs on data that is cut into splits, by one process and by several, which are threads. */
class SplitsRunTest {

  private static final int BATCH = 72;
  private static final int ROWS = 2501;

  @TempDir Path folder;

  private Path first;
  private Path second;

  /** Two files: splits go on over their ends. */
  @BeforeEach
  void writeFiles() throws IOException {
    var random = new Random(7);
    first = file("first.csv", 1501, random);
    second = file("second.csv", ROWS - 1501, random);
  }

  private Path file(String name, int rows, Random random) throws IOException {
    var text = new StringBuilder("label,price,user,items\n");
    for (int row = 0; row < rows; row++) {
      int user = (int) Math.abs(random.nextGaussian() * 300);
      text.append(random.nextInt(3) < user % 3 ? 1 : 0).append(',').append(random.nextInt(20));
      text.append(',').append(user).append(',').append(random.nextInt(90));
      text.append(' ').append(random.nextInt(90)).append('\n');
    }
    return Files.writeString(folder.resolve(name), text);
  }

  private TestRun run(String data, String... sets) {
    return new TestRun(folder)
        .set(
            "compute.backend=nd4j-native",
            "cache.size=40%",
            "sharding.collective=sockets",
            "sharding.exchange=rows",
            "train.epochs=2",
            "data.batch-size=" + BATCH,
            "data.splits=12")
        .set(data.equals("text") ? text() : synthetic(data))
        .set(sets);
  }

  private String[] text() {
    return new String[] {
      "data.source=csv",
      "data.path=[\"" + first + "\", \"" + second + "\"]",
      "data.csv.dense=[{ column = price, transform = standard }]",
      "data.csv.categorical=[{ column = user, rows = 5000, kind = integer, min-count = 2 },"
          + " { column = items, rows = 100, kind = integer, max-lookups = 3, separator = \" \" }]"
    };
  }

  private static String[] synthetic(String data) {
    return new String[] {
      "data.synthetic.rows=" + ROWS, "data.synthetic.in-memory=" + data.equals("memory")
    };
  }

  @ParameterizedTest
  @CsvSource({
    "text, 3, 1, 500 samples",
    "text, 2, 2, none",
    "memory, 2, 2, none",
    "drawn, 2, 1, 300 samples"
  })
  void severalProcessesTrainWhatOneTrains(String data, int processes, int devices, String shuffle)
      throws Exception {
    String order = "data.shuffle=" + shuffle;
    Report one = run(data, order).set("compute.nd4j-native.devices=" + processes * devices).train();
    List<Report> several =
        new TestProcesses(folder.resolve("several"), processes)
            .train(run(data, order).set("compute.nd4j-native.devices=" + devices));
    assertThat(TestRun.digests(several.get(0))).isEqualTo(TestRun.digests(one));
    for (Report report : several) {
      assertThat(report.lossSha256()).isEqualTo(one.lossSha256());
      assertThat(report.quality()).isPresent().isEqualTo(one.quality());
      assertThat(report.steps()).isEqualTo(one.steps());
    }
  }

  /** With one split it is the order of the data. */
  @Test
  void theOrderIsAnotherOneAndAsLong() {
    Report cut = run("text").train();
    Report whole = run("text", "data.splits=0").train();
    Report one = run("text", "data.splits=1").train();
    assertThat(cut.steps()).isEqualTo(whole.steps());
    assertThat(cut.lossSha256()).isNotEqualTo(whole.lossSha256());
    assertThat(TestRun.digests(one)).isEqualTo(TestRun.digests(whole));
  }

  /** In the midst of the second epoch, on as many processes and on another number of them. */
  @ParameterizedTest
  @CsvSource({"text, none, 2", "text, 400 samples, 1"})
  void resumedRunsGoOnAtThePositionsOfTheSplits(String data, String shuffle, int after)
      throws Exception {
    String[] some = {"data.shuffle=" + shuffle, "checkpoint.every=10 steps"};
    Report undisturbed =
        new TestProcesses(folder.resolve("undisturbed"), 2).train(run(data, some)).get(0);
    new TestProcesses(folder.resolve("run"), 2).train(run(data, some).set("train.max-steps=43"));
    Report resumed =
        new TestProcesses(folder.resolve("run"), after)
            .resume(run(data, some).set("compute.nd4j-native.devices=" + 2 / after))
            .get(0);
    assertThat(resumed.steps()).isEqualTo(undisturbed.steps());
    assertThat(resumed.lossSha256()).isEqualTo(undisturbed.lossSha256());
    assertThat(resumed.weightsSha256()).isPresent().isEqualTo(undisturbed.weightsSha256());
  }

  @Test
  void aRunGoesOnWithItsOwnNumberOfSplits() {
    String[] some = {
      "checkpoint.every=10 steps", "checkpoint.directory=" + folder.resolve("checkpoints")
    };
    run("text", some).set("train.max-steps=23").train();
    assertThatThrownBy(run("text", some).set("data.splits=6")::resume)
        .hasMessageContaining("data.splits was 12, is 6");
  }

  @Test
  void samplesOfSplitsCountAmongTheMemory() {
    String what = "samples of splits, at most";
    assertThat(Preview.of(run("text").config(), TestRun.builtIn()).memory().lines())
        .anyMatch(line -> line.what().equals(what) && line.bytes() > 0);
    assertThat(
            Preview.of(run("text", "data.splits=0").config(), TestRun.builtIn()).memory().lines())
        .noneMatch(line -> line.what().equals(what));
  }

  /** Rows for evaluation by a column are anywhere in the data. */
  @Test
  void whatCannotBeCutIsRefused() {
    assertThatThrownBy(
            run("text", "data.eval-where.column=user", "data.eval-where.values=[3]")::train)
        .hasMessageContaining("farsight.data.splits: 12 cannot be used with data.eval-where");
  }
}
