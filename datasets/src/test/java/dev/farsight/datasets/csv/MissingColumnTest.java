package dev.farsight.datasets.csv;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.datasets.Opened;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a header that lacks a column. */
class MissingColumnTest {

  private static final String HEADER = "own.csv:1: the header has no column ";

  private static final String UNLABELLED =
      "; data without labels is read with data.csv.label = null";

  @TempDir Path folder;

  private void complains(byte[] file, String complaint) throws IOException {
    complains(file, "", complaint);
  }

  private void complains(byte[] file, String more, String complaint) throws IOException {
    Path path = Files.write(folder.resolve("own.csv"), file);
    String conf =
        "path = \"%s\", csv { categorical = [{ column = user, rows = 9, kind = hex }], %s }"
            .formatted(path, more);
    assertThatThrownBy(() -> Opened.train(new CsvFactory(), conf))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessageEndingWith(complaint);
  }

  private void complains(String file, String complaint) throws IOException {
    complains(file.getBytes(UTF_8), complaint);
  }

  @Test
  void listsWhatIsThere() throws IOException {
    complains("label,a,,b\n1,2,3,4\n", HEADER + "user (columns found: label, a, '', b)");
    String many = IntStream.rangeClosed(1, 60).mapToObj(i -> "x" + i).collect(joining(","));
    String shown = IntStream.rangeClosed(1, 31).mapToObj(i -> "x" + i).collect(joining(", "));
    complains(
        "label," + many + "\n", HEADER + "user (columns found: label, " + shown + " and 29 more)");
    complains(
        "label," + "y".repeat(50) + "\n",
        HEADER + "user (columns found: label, " + "y".repeat(40) + "...)");
  }

  @Test
  void suggestsTheNearestName() throws IOException {
    complains(
        "label,item,usr\n1,2,3\n",
        HEADER + "user; did you mean usr? (columns found: label, item, usr)");
    complains(
        "label, User\n", HEADER + "user; did you mean ' User'? (columns found: label, ' User')");
    complains(
        "labels,user\n", HEADER + "label; did you mean labels? (columns found: labels, user)");
    complains("user\n", HEADER + "label" + UNLABELLED + " (columns found: user)");
  }

  @Test
  void suspectsTheSeparator() throws IOException {
    String start = HEADER + "label; the header is one field that contains ";
    complains("label;user\n", start + "';': is that the separator? (columns found: label;user)");
    complains("label|user\n", start + "'|': is that the separator? (columns found: label|user)");
    complains(
        "label\tuser\n", start + "a tab: is that the separator? (columns found: label\\tuser)");
    complains(
        "label,user\n".getBytes(UTF_8),
        "separator = \";\"",
        start + "',': is that the separator? (columns found: 'label,user')");
  }

  @Test
  void suspectsTheEncoding() throws IOException {
    String hint = "; the file seems to be UTF-16, and UTF-8 is needed (columns found: ";
    String text = "label,user\r\n1,2\r\n";
    complains(text.getBytes(UTF_16LE), HEADER + "label" + hint + "l?a?b?e?l?, ?u?s?e?r???)");
    complains(
        text.getBytes(UTF_16), HEADER + "label" + hint + "\uFFFD\uFFFD?l?a?b?e?l?, ?u?s?e?r???)");
  }

  @Test
  void suspectsTheLineEnds() throws IOException {
    complains(
        "label,item,user\r1,2,3\r",
        HEADER
            + "user; the lines seem to end in CR alone, as on an old Mac, and LF or CR LF is needed"
            + " (columns found: label, item, user?1, 2, 3)");
  }

  /** Files without header, and rows unlike their header. */
  @Test
  void suspectsTheDialectOfRowsToo() throws IOException {
    String numbers =
        "csv { header = false, label = 1, categorical = [{ column = 2, rows = 9, kind = hex }] }";
    String rest = "own.csv:1: 1 column, no column 2; the row is one field that contains ";
    refuses("1;2\n".getBytes(UTF_8), numbers, rest + "';': is that the separator?");
    refuses("1\t2\n".getBytes(UTF_8), numbers, rest + "a tab: is that the separator?");
    refuses(
        "1,2\n".getBytes(UTF_16LE),
        numbers,
        "own.csv:1: label '1?' is neither 0 nor 1; the file seems to be UTF-16, and UTF-8 is needed");
    String named = "csv { categorical = [{ column = user, rows = 9, kind = hex }] }";
    refuses(
        "label,user\n1;2\n".getBytes(UTF_8),
        named,
        "own.csv:2: 1 column, 2 expected; the row is one field that contains ';': is that the separator, or should data.source be another?");
    refuses("\n\r\n\n".getBytes(UTF_8), named, "own.csv: has only blank lines");
    refuses("\uFEFF".getBytes(UTF_8), named, "own.csv: is empty");
  }

  private void refuses(byte[] file, String conf, String complaint) throws IOException {
    Path path = Files.write(folder.resolve("own.csv"), file);
    assertThatThrownBy(() -> Opened.train(new CsvFactory(), "path = \"" + path + "\", " + conf))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessageEndingWith(complaint);
  }
}
