package dev.farsight.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.datasets.Opened.Row;
import dev.farsight.datasets.avazu.AvazuFactory;
import dev.farsight.datasets.criteo.CriteoFactory;
import dev.farsight.datasets.csv.CsvFactory;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every text format alike. */
@Timeout(120)
class TextFormatsTest {

  private static final int CATEGORIES = 1000;

  @TempDir Path folder;

  /** Formats, whose rows are made of a label, a number and a category. */
  @SuppressWarnings("ImmutableEnumChecker") // factories have no state
  enum Format {
    CSV(
        new CsvFactory(),
        "csv { dense = [d], categorical = [{ column = c, rows = 1000, kind = integer }] }",
        "label,d,c\n",
        "%s,%s,%s\n"),
    NUMBERED(
        new CsvFactory(),
        "csv { header = false, separator = \"\\t\", label = 1, dense = [2], categorical = [{ column = 3, rows = 1000, kind = integer }] }",
        "",
        "%s\t%s\t%s\n"),
    CRITEO(
        new CriteoFactory(),
        "criteo.cardinalities = " + cardinalities(26),
        "",
        "%s\t%s" + "\t".repeat(13) + "%s" + "\t".repeat(25) + "00000001\n"),
    AVAZU(
        new AvazuFactory(),
        "avazu.cardinalities = " + cardinalities(13),
        "click,C14,C1,banner_pos,site_id,site_domain,site_category,app_id,app_domain,app_category,device_id,device_ip,device_model,device_type,device_conn_type,C15,C16,C17,C18,C19,C20,C21\n",
        "%s,%s,%s" + ",".repeat(19) + "\n");

    private final DataSourceFactory factory;
    private final String conf;
    private final String header;
    private final String row;

    Format(DataSourceFactory factory, String conf, String header, String row) {
      this.factory = factory;
      this.conf = conf;
      this.header = header;
      this.row = row;
    }

    private static String cardinalities(int tables) {
      return IntStream.generate(() -> CATEGORIES).limit(tables).boxed().toList().toString();
    }
  }

  private List<Row> read(Format format, String text) throws IOException {
    Path file = Files.writeString(folder.resolve("data"), format.header + text);
    return Opened.train(format.factory, "path = \"" + file + "\", " + format.conf);
  }

  /** As data frames write a column once it had a hole. */
  @ParameterizedTest
  @EnumSource(Format.class)
  void labelsAndWholeNumbersMayHaveAFractionOfZeros(Format format) throws IOException {
    String rows = "";
    List<String> labels = List.of("0", "1", "0.0", "1.0", "False", "True", "false", "true");
    for (String label : labels) {
      rows += format.row.formatted(label, "12.0", "7");
    }
    assertThat(read(format, rows))
        .extracting(Row::label)
        .containsExactly(0f, 1f, 0f, 1f, 0f, 1f, 0f, 1f);
    assertThat(read(format, rows))
        .allSatisfy(
            row -> {
              assertThat(row.dense().get(0)).isEqualTo((float) Math.log(14));
              assertThat(row.indices().get(0)).isEqualTo(7);
            });
    for (String label : List.of("2", "1.5", "yes", "-1")) {
      String row = format.row.formatted(label, "12", "7");
      assertThatThrownBy(() -> read(format, row))
          .isExactlyInstanceOf(FarsightException.class)
          .hasMessageEndingWith(": label '" + label + "' is neither 0 nor 1");
    }
    String none = format.row.formatted("", "12", "7");
    assertThatThrownBy(() -> read(format, none))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessageContaining(": the label is missing (column ");
  }

  /** Hexadecimal digits in Criteo's columns; whole numbers elsewhere. */
  @ParameterizedTest
  @EnumSource(value = Format.class, mode = EnumSource.Mode.EXCLUDE, names = "CRITEO")
  void categoriesMayBeUnsignedNumbersOf64Bits(Format format) throws IOException {
    for (String number :
        List.of("18446744073709551615", "9223372036854775808", "12345678901234567890.0", "42.00")) {
      int index =
          new BigInteger(number.replaceFirst("\\.0+$", ""))
              .mod(BigInteger.valueOf(CATEGORIES))
              .intValue();
      assertThat(read(format, format.row.formatted("1", "1", number)).get(0).indices().get(0))
          .as(number)
          .isEqualTo(index);
    }
    for (String number : List.of("18446744073709551616", "1.5", "1e3", "-9223372036854775809")) {
      String row = format.row.formatted("1", "1", number);
      assertThatThrownBy(() -> read(format, row))
          .isExactlyInstanceOf(FarsightException.class)
          .hasMessageContaining("'" + number + "' is not a whole number");
    }
  }

  /** Fields of millions of characters, wherever a value is read, are told in one short line. */
  @ParameterizedTest
  @EnumSource(Format.class)
  void longFieldsAreRefusedSoon(Format format) {
    String digits = "9".repeat(5_000_000);
    for (String text :
        List.of(digits, digits + "x", "0." + digits, "1e" + digits, "f".repeat(5_000_000))) {
      for (String row :
          List.of(
              format.row.formatted(text, "1", "7"),
              format.row.formatted("1", text, "7"),
              format.row.formatted("1", "1", text))) {
        assertThatThrownBy(() -> read(format, row))
            .isExactlyInstanceOf(FarsightException.class)
            .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
      }
    }
  }

  /** A row of nothing but separators would otherwise take hundreds of MiB. */
  @ParameterizedTest
  @EnumSource(Format.class)
  void rowsOfMillionsOfColumnsAreRefused(Format format) {
    String separator = format == Format.CRITEO || format == Format.NUMBERED ? "\t" : ",";
    String many = separator.repeat(10_000_000) + "\n";
    for (String text : List.of(many, format.row.formatted("1", "1", "7") + many)) {
      assertThatThrownBy(() -> read(format, text))
          .isExactlyInstanceOf(FarsightException.class)
          .hasMessageEndingWith("more than 131072 columns");
    }
  }

  @Test
  void headersOfMillionsOfColumnsAreRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("data"), ",".repeat(10_000_000) + "\n");
    assertThatThrownBy(
            () -> Opened.train(new CsvFactory(), "path = \"" + file + "\", " + Format.CSV.conf))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessage(file + ":1: more than 131072 columns");
  }
}
