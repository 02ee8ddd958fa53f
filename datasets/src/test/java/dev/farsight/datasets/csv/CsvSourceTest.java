package dev.farsight.datasets.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.Row;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvSourceTest {

  private static final CsvFactory CSV = new CsvFactory();

  private static final String COLUMNS =
      """
      csv {
        label = bought
        dense = [
          price
          { column = age, transform = none }
          { column = score, transform = standard, mean = 10, deviation = 4 }
        ]
        categorical = [
          { column = user, rows = 1000, kind = string }
          { column = item, rows = 97, kind = integer, name = items }
          { column = tag, rows = 50, kind = hex }
        ]
      }
      """;

  @TempDir Path folder;

  private String conf(String text, String columns) throws IOException {
    Path file = folder.resolve("own.csv");
    Files.writeString(file, text);
    return "path = \"" + file + "\"\n" + columns;
  }

  private Row only(String text, String columns) throws IOException {
    List<Row> rows = Opened.train(CSV, conf(text, columns));
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  /** The documented hash, by arithmetic without bounds. */
  static int hashed(String text, int rows) {
    BigInteger two64 = BigInteger.ONE.shiftLeft(64);
    BigInteger h = new BigInteger("cbf29ce484222325", 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      h =
          h.xor(BigInteger.valueOf(b & 0xFF))
              .multiply(new BigInteger("100000001b3", 16))
              .mod(two64);
    }
    h = h.xor(h.shiftRight(30)).multiply(new BigInteger("bf58476d1ce4e5b9", 16)).mod(two64);
    h = h.xor(h.shiftRight(27)).multiply(new BigInteger("94d049bb133111eb", 16)).mod(two64);
    return h.xor(h.shiftRight(31)).mod(BigInteger.valueOf(rows)).intValue();
  }

  @Test
  void readsColumnsByName() throws IOException {
    String header = "tag,unused,price,bought,age,user,item,score\n";
    Row row = only(header + "ffffffffffffffff,x,12,1,-3.5,Zoë,-1,18\n", COLUMNS);
    assertThat(row.label()).isEqualTo(1f);
    assertThat(row.dense()).containsExactly((float) Math.log(14), -3.5f, 2f);
    assertThat(row.indices())
        .containsExactly(
            hashed("Zoë", 1000),
            96,
            new BigInteger("ffffffffffffffff", 16).mod(BigInteger.valueOf(50)).intValue());
    Row missing = only(header + ",x,,0,,,,\n", COLUMNS);
    assertThat(missing.dense()).containsExactly((float) Math.log(2), 0f, 0f);
    assertThat(missing.indices()).containsExactly(0, 0, 0);
    try (var source = CSV.open(Opened.context("csv", conf(header + ",x,,0,,,,", COLUMNS), 1, 1))) {
      assertThat(source.schema().tables().tables())
          .extracting(t -> t.name() + " " + t.rows())
          .containsExactly("user 1000", "items 97", "tag 50");
    }
  }

  @Test
  void readsColumnsByNumber() throws IOException {
    String columns =
        """
        csv {
          header = false, separator = "\\t", label = 2
          dense = [1], transform = none
          categorical = [{ column = 4, rows = 10, kind = integer }]
        }
        """;
    Row row = only("2.5\t1\tx\t37\n", columns);
    assertThat(row).isEqualTo(new Row(1, List.of(2.5f), List.of(7), Float.NaN));
    assertThatThrownBy(() -> only("1\t1\tx\n", columns))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessageEndingWith("own.csv:1: 3 columns, no column 4");
    assertThatThrownBy(() -> only("", columns.replace("label = 2", "label = bought")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("needs column numbers from 1, because header = false");
  }

  @Test
  void readsQuotedFields() throws IOException {
    String columns =
        "csv { dense = [], categorical = [{ column = \"a \\\"b\\\"\", rows = 100000, kind = string },"
            + " { column = c, rows = 100000, kind = string }] }";
    String text =
        "\uFEFF\"a \"\"b\"\"\",label,c\r\n"
            + "\"x, \"\"y\"\"\r\nz\",1,plain\r\n"
            + "\"\",\"0\",5\" pipe\n"
            + "\"last\",0,\"a\n\n\"";
    List<Row> rows = Opened.train(CSV, conf(text, columns));
    assertThat(rows).extracting(Row::label).containsExactly(1f, 0f, 0f);
    assertThat(rows)
        .extracting(Row::indices)
        .containsExactly(
            List.of(hashed("x, \"y\"\r\nz", 100000), hashed("plain", 100000)),
            List.of(0, hashed("5\" pipe", 100000)),
            List.of(hashed("last", 100000), hashed("a\n\n", 100000)));

    String header = "\"a \"\"b\"\"\",label,c\n";
    assertThatThrownBy(() -> only(header + "x,1,y\n\"p\nq\",1,r\n\"open,1,y\n\n", columns))
        .hasMessageEndingWith("own.csv:5: a quoted field without its closing quote");
    assertThatThrownBy(() -> only(header + "\n\"p\nq\",1,r\nx,2,y\n", columns))
        .hasMessageEndingWith("own.csv:5: label '2' is neither 0 nor 1");
    assertThatThrownBy(() -> only(header + "\"x\"y,1,z\n", columns))
        .hasMessageEndingWith("own.csv:2: column 1: text behind the closing quote");
  }

  /** Who gives a mean wants it subtracted. */
  @Test
  void figuresThatATransformDoesNotUseAreRefused() {
    String columns =
        "csv { dense = [{ column = price, mean = 3, deviation = 2%s }], categorical = [{ column = c, rows = 9, kind = hex }] }";
    assertThatThrownBy(() -> only("label,price,c\n1,2,3\n", columns.formatted("")))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith(
            "farsight.data.csv.dense[1].mean: 3 is not used by transform = log; set transform = standard, or leave it out");
    assertThatThrownBy(
            () -> only("label,price,c\n1,2,3\n", columns.formatted(", transform = none")))
        .hasMessageContaining("is not used by transform = none");
  }

  @Test
  void quotesCanBeSwitchedOff() throws IOException {
    String columns =
        "csv { quotes = no, categorical = [{ column = a, rows = 9999, kind = string }] }";
    assertThat(only("a,label\n\"x,1\n", columns).indices()).containsExactly(hashed("\"x", 9999));
  }

  @Test
  void labelMayBeAbsent() throws IOException {
    String columns =
        "eval-fraction = 1, csv { label = null, categorical = [{ column = a, rows = 10, kind = hex }] }";
    assertThat(Opened.eval(CSV, conf("a\nf\n", columns)).get(0).indices()).containsExactly(5);
    String labelled = columns.replace("null", "label");
    assertThatThrownBy(() -> Opened.eval(CSV, conf("a\nf\n", labelled)))
        .hasMessageEndingWith(
            "own.csv:1: the header has no column label; data without labels is read with data.csv.label = null (columns found: a)");
  }

  @Test
  void complaintsNameTheColumn() throws IOException {
    String header = "tag,price,bought,age,user,item,score\n";
    assertThatThrownBy(() -> only(header + "a,1,1,old,u,1,2\n", COLUMNS))
        .hasMessageEndingWith("own.csv:2: column age: 'old' is not a number");
    assertThatThrownBy(() -> only(header + "a,1,1,3,u,1.5,2\n", COLUMNS))
        .hasMessageEndingWith("own.csv:2: column items: '1.5' is not a whole number");
    assertThatThrownBy(() -> only(header + "11112222333344445,1,1,3,u,1,2\n", COLUMNS))
        .hasMessageEndingWith("is not a hexadecimal number of at most 16 digits");
  }

  @Test
  void readsLabelsAsDataFramesWriteThem() throws IOException {
    String columns = "csv { categorical = [{ column = a, rows = 10, kind = integer }] }";
    for (String one : List.of("1", "1.0", "true", "True", "TRUE", "\"True\"")) {
      assertThat(only("a,label\n1," + one + "\n", columns).label()).as(one).isEqualTo(1f);
    }
    for (String zero : List.of("0", "0.0", "false", "False", "FALSE")) {
      assertThat(only("a,label\n1," + zero + "\n", columns).label()).as(zero).isEqualTo(0f);
    }
    for (String none : List.of("2", "1.", "1.00", "-1", "tRUE", "yes", "t", "10", "0.5", "1 ")) {
      assertThatThrownBy(() -> only("a,label\n1," + none + "\n", columns))
          .hasMessageEndingWith("own.csv:2: label '" + none + "' is neither 0 nor 1");
    }
    assertThatThrownBy(() -> only("a,label\n1,\n", columns))
        .hasMessageEndingWith("own.csv:2: the label is missing (column label)");
  }

  @Test
  void readsWholeNumbersAsDataFramesWriteThem() throws IOException {
    String columns = "csv { categorical = [{ column = a, rows = 1000, kind = integer }] }";
    assertThat(only("a,label\n12.0,1\n", columns).indices()).containsExactly(12);
    assertThat(only("a,label\n-3.0,1\n", columns).indices()).containsExactly(997);
    assertThat(only("a,label\n18446744073709551615,1\n", columns).indices()).containsExactly(615);
    for (String none : List.of("1e3", "12.5", "12.", "18446744073709551616")) {
      assertThatThrownBy(() -> only("a,label\n" + none + ",1\n", columns))
          .hasMessageEndingWith("own.csv:2: column a: '" + none + "' is not a whole number");
    }
  }

  @Test
  void denseValuesAreFiniteAsFloats() throws IOException {
    String header = "tag,price,bought,age,user,item,score\n";
    for (String value : List.of("1e39", "-1e39", "3.5e38", "9".repeat(40))) {
      assertThatThrownBy(() -> only(header + "a,1,1," + value + ",u,1,2\n", COLUMNS))
          .isExactlyInstanceOf(FarsightException.class)
          .hasMessageEndingWith(
              "own.csv:2: column age: '" + value + "' is not finite as a 32-bit float");
      assertThatThrownBy(() -> only(header + "a," + value + ",1,1,u,1,2\n", COLUMNS))
          .hasMessageContaining("own.csv:2: column price: '" + value + "' is not finite");
    }
    assertThat(only(header + "a,1,1,3.4028235e38,u,1,2\n", COLUMNS).dense().get(1))
        .isEqualTo(Float.MAX_VALUE);
    String narrow = COLUMNS.replace("deviation = 4", "deviation = 1e-30");
    assertThatThrownBy(() -> only(header + "a,1,1,1,u,1,1e20\n", narrow))
        .hasMessageEndingWith(
            "own.csv:2: column score: '1e20' is not finite as a 32-bit float after its transform");
    String skipping = COLUMNS + "on-bad-row = skip\n";
    assertThat(only(header + "a,1,1,1e39,u,1,2\na,1,0,7,u,1,2\n", skipping).label()).isEqualTo(0f);
  }

  @Test
  void aUsedColumnMayBeNamedOnlyOnce() throws IOException {
    assertThatThrownBy(
            () -> only("tag,price,bought,age,price,user,item,score\na,1,1,1,2,u,1,2\n", COLUMNS))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessageEndingWith("own.csv:1: the header names column price twice: columns 2 and 5");
    assertThatThrownBy(
            () -> only("\nbought,bought,tag,price,age,user,item,score\n1,0,a,1,1,u,1,2\n", COLUMNS))
        .hasMessageEndingWith("own.csv:2: the header names column bought twice: columns 1 and 2");
    assertThatThrownBy(
            () -> only("bought,tag,price,age,user,item,score,tag\n1,a,1,1,u,1,2,b\n", COLUMNS))
        .hasMessageEndingWith("own.csv:1: the header names column tag twice: columns 2 and 8");
    String unused = "x,bought,x,tag,price,age,user,item,score\n7,1,8,a,1,1,u,1,2\n";
    assertThat(only(unused, COLUMNS).label()).isEqualTo(1f);
  }

  @Test
  void complainsAboutSettings() {
    complains("csv.categorical = []", "categorical: [] names no column");
    complains("csv.categorical = user", "categorical: 'user' is not a list of columns");
    complains(
        "csv.categorical = [{ column = a, rows = 10, kind = strin }]",
        "farsight.data.csv.categorical[1].kind: 'strin' is none of hex, integer, string");
    complains(
        "csv.categorical = [{ column = a, rows = 10, kind = hex, hash = x }]",
        "farsight.data.csv.categorical[1].hash: 'x' is unknown here; known are column, name");
    complains("csv.categorical = [a]", "farsight.data.csv.categorical[1].rows is not set");
    complains(
        "csv.categorical = [{ column = a, rows = 1, kind = hex }, { column = a, rows = 2, kind = hex }]",
        "has two entries with the name a; give one of them another name");
    complains("csv.separator = \"::\"", "is not one ASCII character");
  }

  private static void complains(String conf, String complaint) {
    assertThatThrownBy(() -> Opened.train(CSV, conf))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(complaint);
  }
}
