package dev.farsight.datasets.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.Row;
import dev.farsight.datasets.Pipe;
import dev.farsight.datasets.avazu.AvazuFactory;
import dev.farsight.datasets.criteo.CriteoFactory;
import dev.farsight.datasets.csv.CsvFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvalWhereTest {

  private static final DataSourceFactory CSV = new CsvFactory();
  private static final DataSourceFactory CRITEO = new CriteoFactory();
  private static final String COLUMNS =
      "csv { categorical = [{ column = c, rows = 100, kind = integer }] }";

  @TempDir Path folder;

  private String path(String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, String.join("\n", lines) + "\n");
    return "path = \"" + file + "\"\n";
  }

  /** The indices of the first feature in both parts, training first. */
  private static List<List<Integer>> parts(DataSourceFactory factory, String conf) {
    return Stream.of(Opened.train(factory, conf), Opened.eval(factory, conf))
        .map(rows -> rows.stream().map(row -> row.indices().get(0)).toList())
        .toList();
  }

  private String days(String... days) throws IOException {
    String[] lines =
        IntStream.range(0, days.length + 1)
            .mapToObj(r -> r == 0 ? "label,day,c" : "1," + days[r - 1] + "," + r)
            .toArray(String[]::new);
    return path("days.csv", lines) + COLUMNS;
  }

  @Test
  void wholeNumbersAreComparedExactly() throws IOException {
    String conf =
        days("9007199254740992", "9007199254740993", "9007199254740994", "-3", "9007199254740993.0")
            + "\neval-where { column = day, at-least = 9007199254740993 }";
    assertThat(parts(CSV, conf)).isEqualTo(List.of(List.of(1, 4), List.of(2, 3, 5)));
  }

  @Test
  void numbersAreComparedAsNumbersAndOtherTextsByteByByte() throws IOException {
    String conf =
        days("9", "10", "1e1", "9.5", "", "x", "10x", "+11") + "\neval-where.column = day";
    assertThat(parts(CSV, conf + "\neval-where.at-least = 9.5"))
        .isEqualTo(List.of(List.of(1, 5, 7), List.of(2, 3, 4, 6, 8)));
    assertThat(parts(CSV, conf + "\neval-where.at-least = 10x"))
        .isEqualTo(List.of(List.of(2, 5, 8), List.of(1, 3, 4, 6, 7)));
  }

  @Test
  void valuesAreTexts() throws IOException {
    String conf = days("7", "07", "7.0", "", "\"7\"") + "\neval-where.column = day";
    assertThat(parts(CSV, conf + "\neval-where.values = [7]"))
        .isEqualTo(List.of(List.of(2, 3, 4), List.of(1, 5)));
    assertThat(parts(CSV, conf + "\neval-where.values = [\"\", \"07\"]"))
        .isEqualTo(List.of(List.of(1, 3, 5), List.of(2, 4)));
  }

  /** The fraction has no meaning then. */
  @Test
  void evalFractionIsPassedOver() throws IOException {
    String conf = days("1", "2", "1", "2") + "\neval-where { column = day, values = 2 }";
    for (String fraction : List.of("0", "0.5", "1")) {
      assertThat(parts(CSV, conf + "\neval-fraction = " + fraction))
          .isEqualTo(List.of(List.of(1, 3), List.of(2, 4)));
    }
  }

  @Test
  void anyColumnWillDo() throws IOException {
    String label = days("1", "2") + "\neval-where { column = c, at-least = 2 }";
    assertThat(parts(CSV, label)).isEqualTo(List.of(List.of(1), List.of(2)));
    String numbered =
        path("n.csv", "1,a,4", "0,b,5", "1,a,6")
            + "csv { header = false, label = 1,"
            + " categorical = [{ column = 3, rows = 100, kind = integer }] }\n"
            + "eval-where { column = 2, values = a }";
    assertThat(parts(CSV, numbered)).isEqualTo(List.of(List.of(5), List.of(4, 6)));
    String row = "1" + "\t".repeat(14) + "%s\t" + "000000aa\t".repeat(24) + "%s";
    String criteo =
        path("c.txt", row.formatted("00000001", "ff"), row.formatted("00000002", "fe"))
            + "eval-where { column = C26, values = fe }";
    assertThat(parts(CRITEO, criteo)).isEqualTo(List.of(List.of(1), List.of(2)));
  }

  /** Rows that cannot be cut fall to the training part, and are told there. */
  @Test
  void malformedRows() throws IOException {
    String conf =
        path("bad.csv", "label,day,c", "1,5,1", "1", "1,6,x", "0,6,2", "1,5,y", "0,5,3")
            + COLUMNS
            + "\neval-where { column = day, values = 6 }\non-bad-row = skip";
    assertThat(parts(CSV, conf)).isEqualTo(List.of(List.of(1, 3), List.of(2)));
    try (DataSource source = CSV.open(Opened.context("csv", conf, 1, 2));
        var train = source.train(0);
        var eval = source.eval()) {
      assertThat(source.trainSamples()).isEqualTo(4);
      assertThat(source.evalSamples()).isEqualTo(2);
      Opened.rows(train, 2);
      Opened.rows(eval, 2);
      assertThat(train.badRows()).isEqualTo(2);
      assertThat(eval.badRows()).isEqualTo(1);
    }
    String failing = conf.replace("skip", "fail");
    assertThatThrownBy(() -> Opened.train(CSV, failing)).hasMessageContaining("bad.csv:3: ");
    assertThatThrownBy(() -> Opened.eval(CSV, failing)).hasMessageContaining("bad.csv:4: ");
  }

  @Test
  void avazuByHour() throws IOException {
    String header =
        "id,click,hour,C1,banner_pos,site_id,site_domain,site_category,app_id,app_domain,app_category,device_id,device_ip,device_model,device_type,device_conn_type,C14,C15,C16,C17,C18,C19,C20,C21";
    String row = "%d,%d,%s,%d,0,aa,aa,aa,aa,aa,aa,aa,aa,aa,1,2,1,1,1,1,1,1,1,1";
    String conf =
        path(
                "avazu.csv",
                header,
                row.formatted(1, 0, "14102100", 1),
                row.formatted(2, 1, "14103000", 2),
                row.formatted(3, 1, "14102923", 3),
                row.formatted(4, 0, "14103023", 4))
            + "eval-where { column = hour, at-least = 14103000 }";
    var avazu = new AvazuFactory();
    assertThat(parts(avazu, conf)).isEqualTo(List.of(List.of(1, 3), List.of(2, 4)));
    assertThat(Opened.eval(avazu, conf)).extracting(Row::label).containsExactly(1f, 0f);
    assertThatThrownBy(() -> Opened.eval(avazu, conf.replace("= hour", "= hours")))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessageContaining(
            "avazu.csv:1: the header has no column hours; did you mean hour? (columns found: id,");
  }

  private static void refused(DataSourceFactory factory, String conf, String message) {
    var context = Opened.context(factory.name(), conf, 1, 1);
    assertThatThrownBy(() -> factory.check(context))
        .isExactlyInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> factory.open(context))
        .isExactlyInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void wrongSettingsAreNamed() throws IOException {
    String conf = days("1", "2");
    refused(
        CSV,
        conf + "\neval-where { column = day }",
        "farsight.data.eval-where.column: 'day' needs to know which rows are for evaluation; set"
            + " values or at-least");
    refused(
        CSV,
        conf + "\neval-where { column = day, values = [2], at-least = 2 }",
        "farsight.data.eval-where.at-least: 2 and values both say what to evaluate; set one of"
            + " them");
    String numbered =
        path("n.csv", "1,a")
            + "csv { header = false, label = 1,"
            + " categorical = [{ column = 2, rows = 9, kind = string }] }\n";
    assertThatThrownBy(
            () -> Opened.train(CSV, numbered + "eval-where { column = day, values = 2 }"))
        .hasMessageEndingWith(
            "n.csv:1: columns are numbers from 1, because header = false; there is no column day");
    assertThatThrownBy(() -> Opened.train(CSV, numbered + "eval-where { column = 3, values = 2 }"))
        .hasMessageEndingWith("n.csv:1: 2 columns, no column 3");
    String criteo = path("c.txt", "1" + "\t".repeat(38) + "aa");
    assertThatThrownBy(
            () -> Opened.train(CRITEO, criteo + "eval-where { column = c26, values = 2 }"))
        .hasMessageContaining("c.txt:1: there is no column c26; did you mean C26? (columns found:");
  }

  @Test
  void anEmptyPartIsTold() throws IOException {
    String conf = days("1", "2") + "\neval-where { column = day, at-least = %s }";
    assertThatThrownBy(() -> Opened.eval(CSV, conf.formatted("3")))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessageEndingWith(
            "days.csv: has no row for evaluation by column day; check data.eval-where, which is"
                + " compared with the text in the data");
    assertThat(parts(CSV, conf.formatted("0"))).isEqualTo(List.of(List.of(), List.of(1, 2)));
    assertThatThrownBy(
            () ->
                Opened.eval(
                    CSV, conf.formatted("0").replace("rows = 100", "rows = 100, min-count = 2")))
        .isExactlyInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            "farsight.data.eval-where leaves no row for training, and min-count of table c needs");
  }

  @Test
  void aPipeIsRefused() throws Exception {
    Path pipe = Pipe.make(folder.resolve("pipe"));
    String conf = "path = \"" + pipe + "\", eval-where { column = day, values = 2 }\n" + COLUMNS;
    assertThatThrownBy(() -> CSV.open(Opened.context("csv", conf, 1, 1)))
        .isExactlyInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.data.eval-where.column: 'day' needs a pass over the data")
        .hasMessageContaining("can be read only once");
  }
}
