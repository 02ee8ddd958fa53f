package dev.farsight.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is typed behind the name of the program. */
class StatsTest {

  @TempDir Path folder;

  @Test
  void whatIsNotSaidIsAsOnOneHost() {
    assertThat(StatsArguments.of(List.of("my.conf", "--out", "z")))
        .isEqualTo(
            new StatsArguments(
                Path.of("my.conf"), Path.of("z"), List.of("0.1%", "1%", "10%"), 1000, List.of()));
    assertThat(
            StatsArguments.of(
                List.of("--sizes=5,all", "--replay-batches", "0", "a", "--out=z", "--set", "x=y")))
        .isEqualTo(
            new StatsArguments(Path.of("a"), Path.of("z"), List.of("5", "all"), 0, List.of("x=y")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          my.conf                               | Missing required option: '--out=DIR'; usage: Stats
          my.conf --out z --replay-batches -1   | --replay-batches: -1 is not a whole number from 0
          my.conf --out z --replay-batches many | Invalid value for option '--replay-batches'
          """)
  void whatIsWrongIsTold(String line, String message) {
    assertThatThrownBy(() -> StatsArguments.of(List.of(line.strip().split(" +"))))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void theProgramEndsWithAStatusAndALine() throws Exception {
    Path conf = folder.resolve("my.conf");
    Path rows = folder.resolve("rows");
    new RandomRows(new Random(1), 0).write(rows, null, 30, false);
    Files.writeString(
        conf, "farsight.data { source = criteo, eval-fraction = 0.1, path = \"" + rows + "\" }");
    Path out = folder.resolve("out");
    var said = new ByteArrayOutputStream();
    LocalSpark.session();
    assertThat(run(said, conf, "--sizes", "all", "--out", out.toString())).isZero();
    assertThat(said.toString(UTF_8)).contains("27 rows for training, 3 for evaluation");
    assertThat(out.resolve("stats.html")).exists();
    LocalSpark.session(); // the program has stopped the one before
    assertThat(run(said, conf, "--out", out.toString(), "--set", "data.criteo.idz=1")).isEqualTo(2);
    Files.writeString(rows, "2\n");
    LocalSpark.session();
    assertThat(run(said, conf, "--out", out.toString())).isEqualTo(1);
  }

  private static int run(ByteArrayOutputStream out, Path conf, String... typed) {
    var all = new ArrayList<>(List.of(typed));
    all.add(conf.toString());
    return Stats.run(
        all, new PrintStream(out, true, UTF_8), new PrintStream(OutputStream.nullOutputStream()));
  }
}
