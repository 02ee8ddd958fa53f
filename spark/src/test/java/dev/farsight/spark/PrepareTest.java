package dev.farsight.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is typed behind the name of the program. */
class PrepareTest {

  @TempDir Path folder;

  @Test
  void optionsMayStandAnywhereAndHaveTheirValueBehindAnEqualsSign() {
    var asked =
        PrepareArguments.of(
            List.of(
                "--set", "data.path=x=y", "my.conf", "--out=z", "--part-rows", "7", "--set=a=b"));
    assertThat(asked)
        .isEqualTo(
            new PrepareArguments(
                Path.of("my.conf"), Path.of("z"), 7, List.of("data.path=x=y", "a=b")));
    assertThat(PrepareArguments.of(List.of("my.conf", "--out", "z")).partRows()).isEqualTo(1 << 20);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          my.conf                          | Missing required option: '--out=DIR'; usage: Prepare
          --out z                          | Missing required parameter: 'CONF'
          my.conf --out                    | Missing required parameter for option '--out' (DIR)
          my.conf other.conf --out z       | Unmatched argument at index 1: 'other.conf'
          my.conf --outt=z --out z         | Unknown option: '--outt=z'
          my.conf --out z --part-rows 0    | Invalid value for option '--part-rows': 0 is not a number of at least 1
          my.conf --out hdfs://host/z      | Invalid value for option '--out': hdfs://host/z: is an address
          """)
  void whatIsWrongIsTold(String line, String message) {
    assertThatThrownBy(() -> PrepareArguments.of(List.of(line.strip().split(" +"))))
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
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    LocalSpark.session();
    assertThat(run(out, err, conf.toString(), "--out", folder.resolve("a").toString())).isZero();
    assertThat(out.toString(UTF_8)).contains("27 rows for training, 3 for evaluation");
    LocalSpark.session(); // the program has stopped the one before
    assertThat(
            run(
                out,
                err,
                conf.toString(),
                "--out",
                folder.resolve("b").toString(),
                "--set",
                "data.criteo.idz=vocabulary"))
        .isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("idz").hasLineCount(1);
    Files.writeString(rows, "2\n");
    LocalSpark.session();
    assertThat(run(out, err, conf.toString(), "--out", folder.resolve("b").toString()))
        .isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("rows:1: ").hasLineCount(2);
  }

  private static int run(ByteArrayOutputStream out, ByteArrayOutputStream err, String... typed) {
    return Prepare.run(
        List.of(typed), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }
}
