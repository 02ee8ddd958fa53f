package dev.farsight.reading.internal.line;

import static dev.farsight.reading.RecordFormat.NO_QUOTES;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordReaderTest {

  @TempDir Path folder;

  private record Line(long number, String text) {}

  private static List<Line> read(RecordReader reader) {
    var lines = new ArrayList<Line>();
    try (reader) {
      while (reader.next()) {
        String text =
            new String(reader.bytes(), reader.from(), reader.to() - reader.from(), ISO_8859_1);
        lines.add(new Line(reader.number(), text));
      }
    }
    return lines;
  }

  private DataFile write(String text) throws IOException {
    Path file = folder.resolve("f");
    Files.writeString(file, text, ISO_8859_1);
    return new DataFile(file);
  }

  @Test
  void cutsLinesAsANaiveReaderDoes() throws IOException {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    // Lines from empty to far longer than the buffer, with both line ends.
    var text = new StringBuilder();
    var expected = new ArrayList<Line>();
    int lines = 3000;
    for (int n = 1; n <= lines; n++) {
      int length = n % 500 == 0 ? random.nextInt(600_000) : random.nextInt(40);
      var line = new StringBuilder();
      for (int i = 0; i < length; i++) {
        line.append((char) random.nextInt(32, 256));
      }
      text.append(line);
      if (n < lines || random.nextBoolean()) {
        text.append(random.nextBoolean() ? "\n" : "\r\n");
      }
      if (length > 0) {
        expected.add(new Line(n, line.toString()));
      }
    }
    DataFile file = write(text.toString());
    assertThat(read(RecordReader.open(file, NO_QUOTES)).equals(expected))
        .as("seed %d", seed)
        .isTrue();
    assertThat(RecordIndex.count(file, NO_QUOTES, false).records()).isEqualTo(expected.size());
  }

  @Test
  void anIndexOpensAtAnyRecord() throws IOException {
    var text = new StringBuilder("header\n");
    int records = 150_000;
    for (int r = 0; r < records; r++) {
      text.append(r).append(r % 1000 == 7 ? "\r\n\n\n" : "\n");
    }
    DataFile file = write(text.toString());
    RecordIndex index = RecordIndex.count(file, NO_QUOTES, true);
    assertThat(index.records()).isEqualTo(records);
    List<Line> all = read(RecordReader.open(file, NO_QUOTES)).subList(1, records + 1);
    for (int r : new int[] {0, 1, 65_535, 65_536, 65_537, 131_072, 149_999}) {
      assertThat(read(index.open(file, NO_QUOTES, r))).isEqualTo(all.subList(r, records));
    }
  }

  @Test
  void quotedLineEndsBelongToTheField() throws IOException {
    DataFile file = write("a,\"b\n\"\"c\",d\n\"\"\n5\" x\n\"e\"\n");
    assertThat(read(RecordReader.open(file, ',')))
        .containsExactly(
            new Line(1, "a,\"b\n\"\"c\",d"),
            new Line(3, "\"\""),
            new Line(4, "5\" x"),
            new Line(5, "\"e\""));
    assertThat(read(RecordReader.open(file, NO_QUOTES))).hasSize(5);
  }

  @Test
  void refusesAnEndlessLine() throws IOException {
    DataFile file = write("ok\n" + "x".repeat((16 << 20) + 10));
    assertThatThrownBy(() -> read(RecordReader.open(file, NO_QUOTES)))
        .isInstanceOf(FarsightException.class)
        .hasMessage(file + ":2: a row of more than 16 MiB");
  }
}
