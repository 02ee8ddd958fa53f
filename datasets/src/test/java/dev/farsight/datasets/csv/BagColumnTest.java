package dev.farsight.datasets.csv;

import static dev.farsight.datasets.csv.CsvSourceTest.hashed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.BagRow;
import dev.farsight.datasets.file.Packing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Columns with any number of values in a field. */
class BagColumnTest {

  private static final CsvFactory CSV = new CsvFactory();

  /** Values are their own indices. */
  private static final String NUMBERS =
      "csv.categorical = [{ column = ids, rows = 100, kind = integer, separator = \"|\", max-lookups = 3%s }]\n";

  private static final String WEIGHTED = NUMBERS.formatted(", weights = w");

  @TempDir Path folder;

  private DataSource open(String text, String columns) throws IOException {
    return open(text.getBytes(StandardCharsets.UTF_8), columns, 2);
  }

  private DataSource open(byte[] text, String columns, int threads) throws IOException {
    Path file = Files.write(folder.resolve("own.csv"), text);
    return CSV.open(Opened.context("csv", "path = \"" + file + "\"\n" + columns, 1, threads));
  }

  private List<BagRow> rows(String text, String columns) throws IOException {
    try (var source = open(text, columns);
        var pass = source.train(0)) {
      return Opened.bagRows(pass, 3);
    }
  }

  private List<List<Integer>> bags(String text, String columns) throws IOException {
    return rows(text, columns).stream().map(row -> row.bags().get(0)).toList();
  }

  private void complains(String text, String columns, String complaint) {
    assertThatThrownBy(() -> rows(text, columns))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessage(folder.resolve("own.csv") + ":" + complaint);
  }

  @Test
  void aFieldHoldsAnyNumberOfValues() throws IOException {
    String text = "label,ids\n1,7|3|7\n0,\n1,42\n0,-1|205\n";
    assertThat(bags(text, NUMBERS.formatted("")))
        .containsExactly(List.of(7, 3, 7), List.of(), List.of(42), List.of(99, 5));
  }

  @Test
  void emptyValuesAreDropped() throws IOException {
    String text = "label,ids\n1,|\n0,7|\n1,|7\n0,1||2\n1,||||||5\n0,|||||||\n";
    assertThat(bags(text, NUMBERS.formatted("")))
        .containsExactly(List.of(), List.of(7), List.of(7), List.of(1, 2), List.of(5), List.of());
  }

  @Test
  void paddingIsDropped() throws IOException {
    String text = "label,ids\n1,0|7|0\n0,0|0|0|0|0\n1,00|-0|7\n0,0\n1,1|0|2|0|3\n";
    assertThat(bags(text, NUMBERS.formatted(", padding = 0")))
        .containsExactly(List.of(7), List.of(), List.of(0, 0, 7), List.of(), List.of(1, 2, 3));
    String words =
        "csv.categorical = [{ column = ids, rows = 1000, kind = string, separator = \" \", max-lookups = 5, padding = \"<pad>\" }]";
    assertThat(bags("label,ids\n1,<pad> a <pad>b <pad>\n", words))
        .containsExactly(List.of(hashed("a", 1000), hashed("<pad>b", 1000)));
  }

  @Test
  void oneValueMayBeMissing() throws IOException {
    String columns =
        "csv.categorical = [{ column = ids, rows = 100, kind = integer, max-lookups = 1, padding = -1 }]";
    assertThat(bags("label,ids\n1,7\n0,\n1,-1\n", columns))
        .containsExactly(List.of(7), List.of(), List.of());
    complains("label,ids\n1,7|8\n", columns, "2: column ids: '7|8' is not a whole number");
  }

  @Test
  void valuesHaveWeights() throws IOException {
    String text = "w,label,ids\n0.5|-2|1e3,1,7|8|9\n,0,\n3,1,1\n.25|,1,5|\nx|4|y,0,|6|\n";
    List<BagRow> rows = rows(text, WEIGHTED);
    assertThat(rows)
        .extracting(row -> row.bags().get(0))
        .containsExactly(List.of(7, 8, 9), List.of(), List.of(1), List.of(5), List.of(6));
    assertThat(rows)
        .extracting(row -> row.weights().get(0))
        .containsExactly(
            List.of(0.5f, -2f, 1000f), List.of(), List.of(3f), List.of(0.25f), List.of(4f));
    String padded = NUMBERS.formatted(", weights = w, padding = 0");
    BagRow row = rows("label,ids,w\n1,0|3|0,1|2|x\n", padded).get(0);
    assertThat(row.bags().get(0)).containsExactly(3);
    assertThat(row.weights().get(0)).containsExactly(2f);
  }

  @Test
  void complaintsNameColumnAndLine() {
    String header = "label,ids,w\n";
    complains(
        header + "1,1|2,.5\n",
        WEIGHTED,
        "2: column w: as many values as in column ids are needed, 2, and there are 1");
    complains(
        header + "1,1,.5\n1,,.5\n",
        WEIGHTED,
        "3: column w: as many values as in column ids are needed, 0, and there are 1");
    complains(
        header + "1,1|,.5\n",
        WEIGHTED,
        "2: column w: as many values as in column ids are needed, 2, and there are 1");
    complains(header + "1,1|2,.5|\n", WEIGHTED, "2: column w: '' is not a number");
    complains(header + "1,1|2,.5|x\n", WEIGHTED, "2: column w: 'x' is not a number");
    complains(header + "1,1|2,NaN|1\n", WEIGHTED, "2: column w: 'NaN' is not a number");
    complains(
        header + "1,1|2,1|1e39\n", WEIGHTED, "2: column w: '1e39' is not finite as a 32-bit float");
    complains(
        header + "1,1|x|2,\n", NUMBERS.formatted(""), "2: column ids: 'x' is not a whole number");
    complains(
        header + "1,1,\n1,1|2|3||4|5,\n",
        NUMBERS.formatted(", name = tags"),
        "3: column tags: a bag of 5 lookups, and its max-lookups is 3; make it larger, or set"
            + " data.csv.on-long-bag = truncate");
    complains(
        "label,ids\n1,1\n", WEIGHTED, "1: the header has no column w (columns found: label, ids)");
  }

  @Test
  void longBagsAreTruncatedAndCounted() throws IOException {
    String text =
        "label,ids\n1,1|2|3\n0,4|5|6|7\n1,0||1|2|x\n2,1|2|3|4\n0,\n1,9|8|7|6|5|4|3|2|1|0\n";
    String columns = NUMBERS.formatted("") + "csv.on-long-bag = truncate, on-bad-row = skip\n";
    try (var source = open(text, columns);
        var pass = source.train(0)) {
      assertThat(pass.truncatedBags()).isZero();
      assertThat(Opened.bagRows(pass, 2))
          .extracting(row -> row.bags().get(0))
          .containsExactly(
              List.of(1, 2, 3), List.of(4, 5, 6), List.of(0, 1, 2), List.of(), List.of(9, 8, 7));
      assertThat(pass.badRows()).isEqualTo(1);
      assertThat(pass.truncatedBags()).as("but that of the malformed row").isEqualTo(3);
    }
  }

  @Test
  void truncatedBagsOfSkippedSamplesCountToo() throws IOException {
    String text = "label,ids\n" + "1,1|2|3|4\n0,5\n".repeat(300);
    String columns = NUMBERS.formatted("") + "csv.on-long-bag = truncate\n";
    try (var source = open(text, columns);
        var pass = source.train(0)) {
      assertThat(pass.skip(400, new Batch(pass.schema(), 100, HostBuffers.plain()))).isEqualTo(400);
      assertThat(pass.truncatedBags()).isEqualTo(200);
      assertThat(Opened.bagRows(pass, 70)).hasSize(200);
      assertThat(pass.truncatedBags()).isEqualTo(300);
    }
  }

  @Test
  void malformedRowsLeaveNothingBehind() throws IOException {
    var text = new StringBuilder("label,ids,w,user\n");
    for (int i = 0; i < 1000; i++) {
      switch (i % 5) {
        case 0 -> text.append("1,1|x,1|1,3\n");
        case 1 -> text.append("1,1|2|3,1|1,3\n");
        case 2 -> text.append("1,1|2|3|4,1|1|1|1,3\n");
        case 3 -> text.append("1,8|9,1|2,x\n");
        default -> text.append("0,%d|%d,1|%d,%d\n".formatted(i % 90, i % 7, i, i % 50));
      }
    }
    String columns =
        "on-bad-row = skip, csv.categorical = [{ column = ids, rows = 100, kind = integer, separator = \"|\", max-lookups = 3, weights = w }, { column = user, rows = 50, kind = integer }]";
    try (var source = open(text.toString(), columns);
        var pass = source.train(0)) {
      List<BagRow> rows = Opened.bagRows(pass, 300);
      assertThat(pass.badRows()).isEqualTo(800);
      assertThat(rows).hasSize(200);
      for (int r = 0; r < rows.size(); r++) {
        int i = 5 * r + 4;
        assertThat(rows.get(r).bags()).containsExactly(List.of(i % 90, i % 7), List.of(i % 50));
        assertThat(rows.get(r).weights()).containsExactly(List.of(1f, (float) i), null);
      }
    }
  }

  /** So many that a thread finds nothing but malformed rows. */
  @Test
  void aRunOfMalformedRowsLeavesNoGap() throws IOException {
    String good = "1,1|2\n0,\n".repeat(50);
    String text = "label,ids\n" + good + "1,x\n".repeat(400) + good;
    try (var source = open(text, "on-bad-row = skip\n" + NUMBERS.formatted(""));
        var pass = source.train(0)) {
      List<BagRow> rows = Opened.bagRows(pass, 700);
      assertThat(rows).hasSize(200);
      for (int r = 0; r < 200; r++) {
        assertThat(rows.get(r).bags().get(0)).isEqualTo(r % 2 == 0 ? List.of(1, 2) : List.of());
      }
    }
  }

  @Test
  void columnsShareATable() throws IOException {
    String columns =
        """
        csv.categorical = [
          { column = seen, table = item, separator = "|", max-lookups = 5, pooling = mean }
          { column = user, rows = 10, kind = integer }
          { column = bought, name = item, rows = 1000, kind = string }
          { column = wished, table = item }
        ]
        """;
    String text = "label,user,bought,wished,seen\n1,3,a,b,a|b|c\n0,4,,,\n";
    try (var source = open(text, columns)) {
      assertThat(source.schema().features())
          .containsExactly(
              Feature.bag("seen", 0, 5, Pooling.MEAN),
              new Feature("user", 1),
              new Feature("item", 0),
              new Feature("wished", 0));
      assertThat(source.schema().tables().tables())
          .extracting(t -> t.name() + " " + t.rows())
          .containsExactly("item 1000", "user 10");
    }
    int a = hashed("a", 1000);
    int b = hashed("b", 1000);
    assertThat(rows(text, columns))
        .extracting(BagRow::bags)
        .containsExactly(
            List.of(List.of(a, b, hashed("c", 1000)), List.of(3), List.of(a), List.of(b)),
            List.of(List.of(), List.of(4), List.of(0), List.of(0)));
  }

  @Test
  void fieldsMayBeQuotedAndLinesEndInReturns() throws IOException {
    String columns =
        "csv.categorical = [{ column = tags, rows = 100000, kind = string, separator = \";\", max-lookups = 9, weights = w }]";
    String text =
        "label,\"tags\",w\r\n1,\"a,b;\"\"c\"\";d\ne\",\"1;2;3\"\r\n0,x;y,\"4;5\"\r\n1,\"\",\r\n0,last,6";
    List<BagRow> rows = rows(text, columns);
    assertThat(rows)
        .extracting(row -> row.bags().get(0))
        .containsExactly(
            List.of(hashed("a,b", 100000), hashed("\"c\"", 100000), hashed("d\ne", 100000)),
            List.of(hashed("x", 100000), hashed("y", 100000)),
            List.of(),
            List.of(hashed("last", 100000)));
    assertThat(rows)
        .extracting(row -> row.weights().get(0))
        .containsExactly(List.of(1f, 2f, 3f), List.of(4f, 5f), List.of(), List.of(6f));
  }

  @Test
  void columnsMayBeNumbers() throws IOException {
    String columns =
        "csv { header = false, label = 1, categorical = [{ column = 2, rows = 100, kind = integer, separator = \"|\", max-lookups = 3, weights = %s }] }";
    BagRow row = rows("1,5|6,2|3\n", columns.formatted(3)).get(0);
    assertThat(row.bags()).containsExactly(List.of(5, 6));
    assertThat(row.weights()).containsExactly(List.of(2f, 3f));
    complains("1,5|6,2|3\n", columns.formatted(9), "1: 3 columns, no column 9");
    assertThatThrownBy(() -> rows("1,5,1\n", columns.formatted("w")))
        .hasMessageEndingWith("needs column numbers from 1, because header = false; 'w' is none");
  }

  @Test
  void aBatchWithoutRoomNamesTheFeature() throws IOException {
    String text = "label,ids\n1,1|2|3\n0,4|5\n1,7\n0,8\n";
    try (var source = open(text, NUMBERS.formatted(""));
        var pass = source.train(0)) {
      var schema = source.schema().withLookupLimit(6);
      assertThat(pass.next(new Batch(schema, 3, HostBuffers.plain()))).isTrue();
    }
    try (var source = open(text, NUMBERS.formatted(""));
        var pass = source.train(0)) {
      var batch = new Batch(source.schema().withLookupLimit(5), 3, HostBuffers.plain());
      assertThatThrownBy(() -> pass.next(batch))
          .isExactlyInstanceOf(FarsightException.class)
          .hasMessageStartingWith(
              "feature ids: a batch has 6 lookups or more, and there is room for 5;");
    }
  }

  @ParameterizedTest
  @EnumSource(Packing.class)
  void everyNumberOfThreadsAndBatchSizeGiveTheSame(Packing packing) throws IOException {
    var text = new StringBuilder("label,ids,w\n");
    for (int i = 0; i < 3000; i++) {
      int lookups = i * 7 % 4;
      var ids = new int[lookups];
      Arrays.fill(ids, i % 100);
      String field = Arrays.toString(ids).replaceAll("[\\[\\] ]", "").replace(',', '|');
      text.append(i % 2).append(',').append(field).append(',').append(field).append('\n');
    }
    byte[] bytes = packing.pack(text.toString().getBytes(StandardCharsets.UTF_8));
    List<BagRow> expected = null;
    for (int threads : new int[] {1, 2, 8}) {
      for (int capacity : new int[] {1, 500, 4096}) {
        try (var source = open(bytes, WEIGHTED, threads);
            var pass = source.train(0)) {
          List<BagRow> rows = Opened.bagRows(pass, capacity);
          expected = expected == null ? rows : expected;
          assertThat(rows).as("%d threads, batches of %d", threads, capacity).isEqualTo(expected);
        }
      }
    }
    assertThat(expected).hasSize(3000);
    for (int i = 0; i < 3000; i++) {
      assertThat(expected.get(i).bags().get(0))
          .hasSize(i * 7 % 4)
          .allMatch(List.of(i % 100)::contains);
    }
  }
}
