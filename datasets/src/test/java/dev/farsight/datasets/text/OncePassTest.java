package dev.farsight.datasets.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.Row;
import dev.farsight.datasets.Pipe;
import dev.farsight.datasets.csv.CsvFactory;
import dev.farsight.datasets.file.Packing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Data from pipes that a process writes. */
@Timeout(120)
class OncePassTest {

  private static final String COLUMNS =
      ", csv { dense = [price], categorical = [{ column = user, rows = 1000, kind = integer }] }";
  private static final CsvFactory CSV = new CsvFactory();

  @TempDir Path folder;

  private static String rows(long seed, int count) {
    var random = new SplittableRandom(seed);
    var text = new StringBuilder("label,price,user\n");
    for (int row = 0; row < count; row++) {
      text.append(random.nextInt(2)).append(',');
      text.append(random.nextInt(100)).append(',').append(random.nextInt(5_000)).append('\n');
    }
    return text.toString();
  }

  /** A context of a command that reads the data once. */
  private static DataContext once(String conf, String secondPass) {
    DataContext any = Opened.context("csv", conf, 1, 2);
    return new DataContext(
        any.data(), any.own(), any.batchSize(), any.seed(), any.threads(), secondPass);
  }

  private static String conf(String fraction, Path... files) {
    return "eval-fraction = " + fraction + ", path = [\"" + paths(files) + "\"]" + COLUMNS;
  }

  private static String paths(Path... files) {
    return String.join("\", \"", List.of(files).stream().map(Path::toString).toList());
  }

  private static List<Row> train(DataContext context) {
    try (DataSource source = CSV.open(context);
        var pass = source.train(0)) {
      return Opened.rows(pass, 7);
    }
  }

  /** Two members, so that a pipe that is empty for a while is not taken for the end. */
  @ParameterizedTest
  @EnumSource(Packing.class)
  void aPipeHasTheRowsOfAFile(Packing packing) throws Exception {
    String text = rows(1, 9_000);
    Path file = Files.writeString(folder.resolve("f.csv"), text);
    int half = text.indexOf('\n', text.length() / 2) + 1;
    Path first =
        Files.write(folder.resolve("1"), packing.pack(text.substring(0, half).getBytes(UTF_8)));
    Path second =
        Files.write(folder.resolve("2"), packing.pack(text.substring(half).getBytes(UTF_8)));
    Path pipe = Pipe.make(folder.resolve("pipe"));
    Process writer = Pipe.bash("(cat \"$1\"; sleep 0.3; cat \"$2\") >\"$3\"", first, second, pipe);
    assertThat(train(once(conf("0", pipe), null))).isEqualTo(train(once(conf("0", file), null)));
    assertThat(writer.waitFor()).isZero();
  }

  /** One process writes one pipe after the other: opened all at once, they would wait forever. */
  @Test
  void pipesAndFilesAreReadInTheirOrder() throws Exception {
    Path file = Files.writeString(folder.resolve("f.csv"), rows(1, 300));
    Path third = Files.writeString(folder.resolve("t.csv"), rows(3, 300));
    Path pipe = Pipe.make(folder.resolve("pipe"));
    Path other = Pipe.make(folder.resolve("other"));
    Process writer = Pipe.bash("cat \"$1\" >\"$3\"; cat \"$2\" >\"$4\"", file, third, pipe, other);
    assertThat(train(once(conf("0", pipe, file, other), null)))
        .isEqualTo(train(once(conf("0", file, file, third), null)))
        .hasSize(900);
    assertThat(writer.waitFor()).isZero();
  }

  @Test
  void allRowsAreForEvaluationIfAskedFor() throws Exception {
    Path file = Files.writeString(folder.resolve("f.csv"), rows(1, 300));
    Path pipe = Pipe.make(folder.resolve("pipe"));
    Pipe.bash("cat \"$1\" >\"$2\"", file, pipe);
    try (DataSource source = CSV.open(once(conf("1", pipe), null));
        var training = source.train(0);
        var pass = source.eval()) {
      assertThat(source.trainSamples()).isZero();
      assertThat(source.evalSamples()).isEqualTo(DataSource.UNKNOWN);
      assertThat(Opened.rows(training, 7)).isEmpty();
      assertThat(Opened.rows(pass, 7)).isEqualTo(train(once(conf("0", file), null)));
      assertThatThrownBy(source::eval)
          .isExactlyInstanceOf(FarsightException.class)
          .hasMessage(
              pipe + ": was read already, and can be read only once, as it is no regular file");
    }
  }

  @Test
  void faultsOfAPipeAreToldAsThoseOfAFile() throws Exception {
    Path pipe = Pipe.make(folder.resolve("pipe"));
    Pipe.bash("printf 'label,price,user\\n1,2,3\\n1,x,3\\n' >\"$1\"", pipe);
    assertThatThrownBy(() -> train(once(conf("0", pipe), null)))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessage(pipe + ":3: column price: 'x' is not a number");
    Pipe.bash(": >\"$1\"", pipe);
    assertThatThrownBy(() -> train(once(conf("0", pipe), null))).hasMessage(pipe + ": is empty");
    Pipe.bash("echo label,price,user >\"$1\"", pipe);
    assertThatThrownBy(() -> train(once(conf("0", pipe), null))).hasMessage(pipe + ": has no rows");
    Path packed =
        Files.write(folder.resolve("z"), Packing.GZIP.pack(rows(1, 9_000).getBytes(UTF_8)));
    Pipe.bash("head -c 9000 \"$1\" >\"$2\"", packed, pipe);
    assertThatThrownBy(() -> train(once(conf("0", pipe), null)))
        .hasMessageStartingWith(pipe + ": truncated: the compressed data ends too early");
  }

  /** The columns are counted in the first row, which then is read once more. */
  @Test
  void quotesInTheFirstRowAreUnescapedOnce() throws Exception {
    Path file = Files.writeString(folder.resolve("f"), "1,\"a\"\"b\"\n0,\"a\"\"b\"\n");
    Path pipe = Pipe.make(folder.resolve("pipe"));
    Pipe.bash("cat \"$1\" >\"$2\"", file, pipe);
    String columns =
        "csv { header = false, label = 1, categorical = [{ column = 2, rows = 99999, kind = string }] }";
    String conf = "path = \"%s\", " + columns;
    assertThat(train(once(conf.formatted(pipe), null)))
        .isEqualTo(train(Opened.context("csv", conf.formatted(file), 1, 2)));
  }

  /** No process writes the pipe: whoever opens it hangs. */
  @Test
  void whatNeedsMoreThanOnePassIsRefusedAtOnce() throws IOException, InterruptedException {
    Path pipe = Pipe.make(folder.resolve("pipe"));
    assertThatThrownBy(() -> CSV.open(once(conf("0.25", pipe), null)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "my.conf: 1: farsight.data.eval-fraction: 0.25 needs the rows counted first, and "
                + pipe
                + " can be read only once, as it is no regular file; set it to 0, or save the data"
                + " in a file first");
    assertThatThrownBy(() -> CSV.open(once(conf("0", pipe), "train.epochs = 2")))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessage(
            pipe
                + " can be read only once, as it is no regular file, and train.epochs = 2 may need"
                + " another pass; do without, or save the data in a file first");
    assertThatThrownBy(() -> CSV.open(Opened.context("csv", conf("0", pipe), 1, 1)))
        .hasMessageContaining("this command may need another pass");
  }
}
