package dev.farsight.datasets.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.Row;
import dev.farsight.datasets.Pipe;
import dev.farsight.reading.BadRowException;
import dev.farsight.reading.ColumnSettings;
import dev.farsight.reading.Fields;
import dev.farsight.reading.RecordSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said of columns that no record has, where each record names its fields. */
@Timeout(120)
class ColumnSearchTest {

  private static final String COLUMNS =
      ", csv { dense = [price], categorical = [{ column = user, rows = 9, kind = integer }] }";

  private static final int SEARCHED = 10_000;

  @TempDir Path folder;

  /** Lines such as {@code label=1 price=3}, with the settings of csv. */
  private static final class Pairs implements DataSourceFactory {

    @Override
    public String name() {
      return "csv";
    }

    @Override
    public DataSource open(DataContext context) {
      return RecordSources.open(ColumnSettings.named(context.own()), () -> Pairs::parse, context);
    }

    private static void parse(byte[] bytes, int from, int to, Fields into) {
      for (String pair : new String(bytes, from, to - from, UTF_8).split(" ", -1)) {
        int equals = pair.indexOf('=');
        if (equals < 0) {
          throw new BadRowException("is no pair: " + pair);
        }
        into.set(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
  }

  private String conf(String fraction, String... files) throws IOException {
    Files.deleteIfExists(folder.resolve("f1.txt"));
    for (int f = 0; f < files.length; f++) {
      Files.writeString(folder.resolve("f" + f + ".txt"), files[f]);
    }
    return conf(fraction, folder);
  }

  private static String conf(String fraction, Path path) {
    return "eval-fraction = " + fraction + ", path = \"" + path + "\"" + COLUMNS;
  }

  private void refused(String conf, String complaint) {
    assertThatThrownBy(() -> Opened.train(new Pairs(), conf))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessage(folder.resolve("f0.txt") + complaint);
  }

  @Test
  void aMisspeltColumnIsNamed() throws IOException {
    String rest = "; did you mean prise? (columns found: label, prise, user)";
    String line = "label=1 prise=3 user=4\n";
    refused(conf("0", line), ": has no column price" + rest);
    refused(conf("1", line), ": has no column price" + rest);
    refused(
        conf("0", line.repeat(3), line),
        ": has no column price, nor have the 1 files after it" + rest);
    refused(
        conf("0", "label=1 price=3 usr=5\n"),
        ": has no column user; did you mean usr? (columns found: label, price, usr)");
    refused(
        conf("1", "click=1 price=3 user=5\n"),
        ": has no column label (columns found: click, price, user)");
  }

  /** Nothing can be learnt of it; but a few rows to evaluate may lack what is rare. */
  @Test
  void aColumnThatNoNameIsLikeIsRefusedForTraining() throws IOException {
    String line = "label=1 user=4 cost=3\n";
    refused(
        conf("0.5", line.repeat(4)), ": has no column price (columns found: label, user, cost)");
    List<Row> rows = Opened.eval(new Pairs(), conf("1", line));
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).indices()).containsExactly(4);
  }

  @Test
  void oneOfTheFirstRecordsOfAnyFileHasToHaveIt() throws IOException {
    String without = "label=1 user=4\n";
    String with = "label=0 price= user=4\n";
    assertThat(Opened.train(new Pairs(), conf("0", without.repeat(SEARCHED - 1) + with)))
        .hasSize(SEARCHED);
    assertThat(Opened.train(new Pairs(), conf("0", without.repeat(SEARCHED + 1), without + with)))
        .hasSize(SEARCHED + 3);
    refused(
        conf("0", without.repeat(SEARCHED) + with, without),
        ": has no column price in its first 10000 records, nor have the 1 files after it"
            + " (columns found: label, user)");
  }

  /** A file of another format is told of as such. */
  @Test
  void malformedRecordsSayNothing() throws IOException {
    refused(conf("0", "label;user\n1;2\n"), ":1: is no pair: label;user");
    refused(
        conf("0", "label;user\nlabel=1 user=4\n"),
        ": has no column price (columns found: label, user)");
  }

  @Test
  void aMissingLabelOfOneRecordIsMalformed() throws IOException {
    refused(
        conf("0", "label=1 price=1 user=4\nprice=1 user=4\n"),
        ":2: the label is missing (column label)");
  }

  /** What comes from a pipe is searched while it is read. */
  @Test
  void pipesToo() throws Exception {
    String with = "label=0 price=1 user=4\n";
    String without = "label=1 prise=2 user=4\n";
    assertThat(ofPipe(without.repeat(SEARCHED - 1) + with)).hasSize(SEARCHED);
    String rest = "; did you mean prise? (columns found: label, prise, user)";
    assertThatThrownBy(() -> ofPipe(without.repeat(5)))
        .hasMessageEndingWith(": has no column price" + rest);
    assertThatThrownBy(() -> ofPipe(without.repeat(SEARCHED) + with.repeat(SEARCHED)))
        .hasMessageEndingWith(": has no column price in its first 10000 records" + rest);
  }

  private List<Row> ofPipe(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("text"), text);
    Path pipe = Pipe.make(Files.createTempDirectory(folder, "p").resolve("pipe"));
    DataContext any = Opened.context("csv", conf("0", pipe), 1, 2);
    var once =
        new DataContext(any.data(), any.own(), any.batchSize(), any.seed(), any.threads(), null);
    Process writer = Pipe.bash("cat \"$1\" >\"$2\"", file, pipe);
    try (DataSource source = new Pairs().open(once);
        var pass = source.train(0)) {
      return Opened.rows(pass, 7);
    } finally {
      writer.destroy();
    }
  }

  /** The column of data.eval-where is searched like any other. */
  @Test
  void theColumnThatSplits() throws IOException {
    String rows = "label=1 price=1 user=1 day=3\nlabel=0 user=2 price=2 day=4\nlabel=1 user=3\n";
    String where = conf("0", rows) + ", eval-where { column = %s, at-least = 4 }";
    assertThat(Opened.train(new Pairs(), where.formatted("day")))
        .extracting(row -> row.indices().get(0))
        .containsExactly(1, 3);
    assertThat(Opened.eval(new Pairs(), where.formatted("day")))
        .extracting(row -> row.indices().get(0))
        .containsExactly(2);
    assertThatThrownBy(() -> Opened.eval(new Pairs(), where.formatted("days")))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessageContaining("f0.txt: has no column days; did you mean day? (columns found: ");
  }
}
