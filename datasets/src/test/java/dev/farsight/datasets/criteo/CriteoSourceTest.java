package dev.farsight.datasets.criteo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.datasets.Cardinalities;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.Row;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CriteoSourceTest {

  private static final CriteoFactory CRITEO = new CriteoFactory();

  @TempDir Path folder;

  private String write(String name, String text) throws IOException {
    return write(name, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private String write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, bytes);
    return file.toString();
  }

  private static byte[] gzip(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
    return bytes.toByteArray();
  }

  private static byte[] joined(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  /** The numbers of {@link CriteoRows}, read off C1. */
  private static List<Integer> numbers(List<Row> rows) {
    return rows.stream().map(row -> row.indices().get(0)).toList();
  }

  private static String rows(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(n -> CriteoRows.labelled(n % 2, n) + "\n")
        .collect(Collectors.joining());
  }

  @Test
  void readsARowByHand() throws IOException {
    // As published, with empty fields, a negative count and upper-case digits.
    String row =
        "1\t5\t-3\t\t16\t-1\t1\t0\t14\t7\t1\t\t306\t\t"
            + "62770d79\t\tAFEA442F\t945c7fcf\t38b02748\t6fcd6dcb\t3580aa21\t28808903\t46dedfa6"
            + "\t2e027dc1\t0c7c4231\t95981d1f\t00c5ffb7\tbe4ee537\t8a0b74cc\t4cdc3efa\td20856aa"
            + "\tb8170bba\t9512c20b\tc38e2f28\t14f65a5d\t25b1b089\td7c1fc0b\t7caf609c\t30436bfc"
            + "\tffffffff\n";
    List<Row> read = Opened.train(CRITEO, "path = \"" + write("train.txt", row) + "\"");
    assertThat(read).hasSize(1);
    assertThat(read.get(0).label()).isEqualTo(1f);
    double[] counts = {5, -3, 0, 16, -1, 1, 0, 14, 7, 1, 0, 306, 0};
    assertThat(read.get(0).dense())
        .containsExactlyElementsOf(
            Arrays.stream(counts).mapToObj(x -> (float) Math.log(Math.max(x, -1) + 2)).toList());
    assertThat(read.get(0).indices().subList(0, 4))
        .containsExactly(
            0x62770d79 % 1460, 0, (int) (0xafea442fL % 10131227), (int) (0x945c7fcfL % 2202608));
    assertThat(read.get(0).indices().get(25)).isEqualTo((int) (0xffffffffL % 142572));
  }

  @Test
  void lineEndsBlankLinesAndAMissingLastLineEndDoNotMatter() throws IOException {
    String text =
        "\n"
            + CriteoRows.labelled(0, 1)
            + "\r\n\r\n"
            + CriteoRows.labelled(1, 2)
            + "\n\n"
            + CriteoRows.labelled(1, 3);
    String conf = "path = \"" + write("train.txt", text) + "\"";
    List<Row> read = Opened.train(CRITEO, conf);
    assertThat(numbers(read)).containsExactly(1, 2, 3);
    assertThat(read.get(2).indices().get(25)).isEqualTo((int) (0xa0000019L % 142572));
    try (var source = CRITEO.open(Opened.context("criteo", conf, 1, 1))) {
      assertThat(source.trainSamples()).isEqualTo(3);
    }
  }

  @Test
  void acceptsRowsWithoutLabel() throws IOException {
    String text = CriteoRows.unlabelled(7) + "\n" + CriteoRows.unlabelled(8) + "\n";
    String conf = "path = \"" + write("test.txt", text) + "\", eval-fraction = 1";
    assertThat(numbers(Opened.eval(CRITEO, conf))).containsExactly(7, 8);
    try (var source = CRITEO.open(Opened.context("criteo", conf, 1, 1))) {
      assertThat(source.schema().labelled()).isFalse();
      assertThatThrownBy(() -> source.train(0))
          .isInstanceOf(FarsightException.class)
          .hasMessageContaining("test.txt: has no label column");
    }
    assertThatThrownBy(() -> Opened.eval(CRITEO, conf + ", criteo.labelled = true"))
        .hasMessageContaining("test.txt:1: label '7' is neither 0 nor 1");
  }

  @Test
  void takesAShortRowForOneWithStrippedEmptyColumns() throws IOException {
    String whole = CriteoRows.labelled(1, 5);
    String text = whole + "\n" + CriteoRows.first(whole, 37) + "\n" + CriteoRows.first(whole, 15);
    List<Row> read = Opened.train(CRITEO, "path = \"" + write("train.txt", text) + "\"");
    assertThat(numbers(read)).containsExactly(5, 5, 5);
    assertThat(read.get(1).indices().subList(0, 23))
        .isEqualTo(read.get(0).indices().subList(0, 23));
    assertThat(read.get(1).indices().subList(23, 26)).containsOnly(0);
    assertThat(read.get(2).indices().subList(1, 26)).containsOnly(0);
    assertThat(read.get(2).dense()).isEqualTo(read.get(0).dense());
  }

  @Test
  void tellsLabelledRowsByTheirShape() {
    String[] features = CriteoRows.fields(1);
    var unlabelled = List.of(features);
    var labelled = List.of(("0\t" + CriteoRows.join(features)).split("\t"));
    assertThat(CriteoFormat.labelled(labelled)).isTrue();
    assertThat(CriteoFormat.labelled(unlabelled)).isFalse();
    // 39 columns both ways: the last one stripped, or no label.
    assertThat(CriteoFormat.labelled(labelled.subList(0, 39))).isTrue();
    assertThat(CriteoFormat.labelled(labelled.subList(0, 30))).isTrue();
    assertThat(CriteoFormat.labelled(unlabelled.subList(0, 30))).isFalse();
    assertThat(CriteoFormat.labelled(labelled.subList(0, 12))).isTrue();
  }

  @Test
  void readsPartsInOrderPlainOrCompressed() throws IOException {
    String plain = write("day_0", rows(0, 5));
    String second = write("day_2.gz", gzip(rows(5, 9)));
    // Two members, and a name that does not tell.
    String tenth = write("day_10", joined(gzip(rows(9, 11)), gzip(rows(11, 14))));
    write("_SUCCESS", "");
    write(".hidden", "nonsense");
    var inOrder = IntStream.range(0, 14).boxed().toList();
    assertThat(numbers(Opened.train(CRITEO, "path = \"" + folder + "\""))).isEqualTo(inOrder);
    assertThat(numbers(Opened.train(CRITEO, "path = \"" + folder + "/day_*\""))).isEqualTo(inOrder);
    String reversed = "path = [\"" + tenth + "\", \"" + second + "\", \"" + plain + "\"]";
    assertThat(numbers(Opened.train(CRITEO, reversed)))
        .containsExactly(9, 10, 11, 12, 13, 5, 6, 7, 8, 0, 1, 2, 3, 4);
  }

  @Test
  void evaluatesTheLastPartInFileOrder() throws IOException {
    write("a", rows(0, 4));
    write("b", "");
    write("c", rows(4, 10));
    String path = "path = \"" + folder + "\", eval-fraction = ";
    for (int eval : new int[] {0, 1, 3, 5, 6, 7, 10}) {
      String conf = path + eval / 10.0;
      assertThat(numbers(Opened.train(CRITEO, conf)))
          .isEqualTo(IntStream.range(0, 10 - eval).boxed().toList());
      assertThat(numbers(Opened.eval(CRITEO, conf)))
          .isEqualTo(IntStream.range(10 - eval, 10).boxed().toList());
    }
  }

  @Test
  void skippedRowsDoNotMoveTheSplit() throws IOException {
    String text =
        rows(0, 2)
            + CriteoRows.with(2, 20, "xyz")
            + "\n"
            + rows(3, 6)
            + "a\tb\n"
            + rows(7, 8)
            + CriteoRows.with(8, 0, "2")
            + "\n"
            + rows(9, 10);
    String conf = "on-bad-row = skip, eval-fraction = 0.5, path = \"" + write("t", text) + "\"";
    for (int capacity : new int[] {1, 2, 3, 10}) {
      try (var source = CRITEO.open(Opened.context("criteo", conf, 1, 2))) {
        assertThat(source.trainSamples()).isEqualTo(5);
        try (var train = source.train(0);
            var eval = source.eval()) {
          assertThat(numbers(Opened.rows(train, capacity))).containsExactly(0, 1, 3, 4);
          assertThat(train.badRows()).isEqualTo(1);
          assertThat(numbers(Opened.rows(eval, capacity))).containsExactly(5, 7, 9);
          assertThat(eval.badRows()).isEqualTo(2);
        }
      }
    }
  }

  @Test
  void complaintsNameFileLineAndColumn() throws IOException {
    String good = CriteoRows.labelled(0, 1) + "\n\n";
    complains(
        good + CriteoRows.with(1, 20, "xyz"), ":3: column C7: 'xyz' is not a hexadecimal number");
    complains(
        good + CriteoRows.with(1, 14, "123456789"),
        ":3: column C1: '123456789' is not a hexadecimal number of at most 8 digits");
    complains(good + CriteoRows.with(1, 3, "1.5"), ":3: column I3: '1.5' is not a whole number");
    complains(good + CriteoRows.with(1, 3, "-"), ":3: column I3: '-' is not a whole number");
    complains(good + CriteoRows.with(1, 0, "2"), ":3: label '2' is neither 0 nor 1");
    complains(good + CriteoRows.with(1, 0, ""), ":3: the label is missing (column label)");
    complains(good + CriteoRows.with(1, 13, "4") + "\tx", ":3: 41 columns, 40 expected");
    String short12 = CriteoRows.first(CriteoRows.labelled(1, 2), 12);
    complains(good + good + short12 + "\n" + good, ":5: 12 columns, 40 expected");
    String endsEmpty = CriteoRows.first(CriteoRows.with(1, 29, ""), 30);
    complains(good + endsEmpty + "\n", ":3: 30 columns, 40 expected");
    complains(rows(0, 700) + "0\t1\n" + rows(0, 9) + "1\n", ":701: 2 columns, 40 expected");
  }

  private void complains(String text, String complaint) throws IOException {
    String file = write("train.txt", text);
    assertThatThrownBy(() -> Opened.train(CRITEO, "path = \"" + file + "\""))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessage(file + complaint);
  }

  @Test
  void refusesWhatIsNotThere() throws IOException {
    assertThatThrownBy(() -> Opened.train(CRITEO, ""))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.data.path is not set");
    assertThatThrownBy(() -> Opened.train(CRITEO, "path = /no/such/file"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("my.conf: 1: farsight.data.path: '/no/such/file' not found");
    assertThatThrownBy(() -> Opened.train(CRITEO, "path = \"" + folder + "/*.none\""))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("*.none' matches no file");
    assertThatThrownBy(() -> Opened.train(CRITEO, "path = \"" + folder + "\""))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessage(folder + ": the folder holds no data files");
    assertThatThrownBy(() -> Opened.train(CRITEO, "path = \"" + folder + "/x[\""))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is not a glob");
    String empty = write("empty.gz", "");
    assertThatThrownBy(() -> Opened.train(CRITEO, "path = \"" + empty + "\""))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessage(empty + ": is empty");
  }

  @Test
  void aDamagedGzipNamesTheFileAndHowFarItCouldBeRead() throws IOException {
    byte[] whole = gzip(rows(0, 5000));
    String cut = write("cut.gz", Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> Opened.train(CRITEO, "path = \"" + cut + "\""))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessageMatching(
            "\\Q"
                + cut
                + "\\E: truncated: the compressed data ends too early;"
                + " readable up to line [1-9]\\d*, [1-9]\\d* bytes");
    String trailer = write("trailer.gz", Arrays.copyOf(whole, whole.length - 3));
    assertThatThrownBy(() -> Opened.train(CRITEO, "path = \"" + trailer + "\""))
        .hasMessageContaining("readable up to line 5000, ");
    // Cut within the header of a second member, which the JDK alone takes for the end.
    String header = write("header.gz", joined(gzip(rows(0, 9)), Arrays.copyOf(whole, 7)));
    assertThatThrownBy(() -> Opened.train(CRITEO, "path = \"" + header + "\""))
        .hasMessageContaining("header.gz: truncated:");
    byte[] flipped = whole.clone();
    flipped[whole.length - 6] ^= 1;
    String crc = write("crc.gz", flipped);
    assertThatThrownBy(() -> Opened.train(CRITEO, "path = \"" + crc + "\""))
        .hasMessageContaining("crc.gz: damaged:");
    String plain = write("plain.gz", rows(0, 9));
    assertThatThrownBy(() -> Opened.train(CRITEO, "path = \"" + plain + "\""))
        .hasMessageContaining("plain.gz: is no gzip data, although its name says so");
  }

  @Test
  void cardinalitiesAreNamedOrListed() throws IOException {
    String conf = "path = \"" + write("t", rows(0, 1)) + "\", criteo.cardinalities = ";
    try (var kaggle = CRITEO.open(Opened.context("criteo", conf + "kaggle", 1, 1));
        var terabyte = CRITEO.open(Opened.context("criteo", conf + "terabyte", 1, 1))) {
      assertThat(kaggle.schema().tables().rows()).isEqualTo(33_762_577);
      assertThat(kaggle.schema().tables().get(0).name()).isEqualTo("C1");
      assertThat(terabyte.schema().tables().rows()).isEqualTo(177_944_275);
    }
    String list = Arrays.toString(IntStream.rangeClosed(1, 26).toArray());
    List<Row> read = Opened.train(CRITEO, conf + list);
    assertThat(read.get(0).indices().get(25)).isEqualTo((int) (0xa0000019L % 26));
    assertThatThrownBy(() -> Opened.train(CRITEO, conf + "[1, 2]"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.data.criteo.cardinalities: [1,2] has 2 numbers, 26 needed");
    assertThatThrownBy(() -> Opened.train(CRITEO, conf + "avazu"))
        .hasMessageContaining("'avazu' is none of kaggle, terabyte");
  }

  @Test
  void theFiguresAreThoseOfTheDataSets() {
    assertThat(IntStream.of(Cardinalities.AVAZU.rows()).sum()).isEqualTo(9_445_823);
    assertThat(Cardinalities.AVAZU.rows()).hasSize(13);
  }

  @Test
  void manyRowsAcrossMarksAndThreads() throws IOException {
    // More rows than one mark covers, so that the evaluation pass starts in the middle.
    int total = 70_000;
    String file = write("many.txt.gz", gzip(rows(0, total)));
    String conf =
        "eval-fraction = 0.05, criteo.cardinalities = "
            + Arrays.toString(IntStream.generate(() -> 1 << 30).limit(26).toArray())
            + ", path = \""
            + file
            + "\"";
    for (int threads : new int[] {1, 3}) {
      try (var source = CRITEO.open(Opened.context("criteo", conf, 1, threads));
          var eval = source.eval()) {
        assertThat(source.evalSamples()).isEqualTo(3500);
        assertThat(numbers(Opened.rows(eval, 1000)))
            .isEqualTo(IntStream.range(total - 3500, total).boxed().toList());
      }
    }
  }
}
