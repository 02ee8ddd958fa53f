package dev.farsight.datasets.file;

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
        lines.add(new Line(reader.line(), text));
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
    assertThat(read(RecordReader.open(file, null)).equals(expected)).as("seed %d", seed).isTrue();
    assertThat(RecordIndex.count(file, null, false).records()).isEqualTo(expected.size());
  }

  @Test
  void anIndexOpensAtAnyRecord() throws IOException {
    var text = new StringBuilder("header\n");
    int records = 150_000;
    for (int r = 0; r < records; r++) {
      text.append(r).append(r % 1000 == 7 ? "\r\n\n\n" : "\n");
    }
    DataFile file = write(text.toString());
    RecordIndex index = RecordIndex.count(file, null, true);
    assertThat(index.records()).isEqualTo(records);
    List<Line> all = read(RecordReader.open(file, null)).subList(1, records + 1);
    for (int r : new int[] {0, 1, 65_535, 65_536, 65_537, 131_072, 149_999}) {
      assertThat(read(index.open(file, null, r))).isEqualTo(all.subList(r, records));
    }
  }

  @Test
  void quotedLineEndsBelongToTheField() throws IOException {
    DataFile file = write("a,\"b\n\"\"c\",d\n\"\"\n5\" x\n\"e\"\n");
    var quotes = new QuoteScan((byte) ',');
    assertThat(read(RecordReader.open(file, quotes)))
        .containsExactly(
            new Line(1, "a,\"b\n\"\"c\",d"),
            new Line(3, "\"\""),
            new Line(4, "5\" x"),
            new Line(5, "\"e\""));
    assertThat(read(RecordReader.open(file, null))).hasSize(5);
  }

  @Test
  void refusesAnEndlessLine() throws IOException {
    DataFile file = write("ok\n" + "x".repeat((16 << 20) + 10));
    assertThatThrownBy(() -> read(RecordReader.open(file, null)))
        .isInstanceOf(FarsightException.class)
        .hasMessage(file + ":2: a row of more than 16 MiB");
  }

  @Test
  void naturalOrderComparesDigitsByValue() {
    var names =
        new ArrayList<>(List.of("b", "day_10", "day_9", "day_010", "a2b1", "a2", "day_9.gz"));
    names.sort(NaturalOrder.of(name -> name));
    assertThat(names).containsExactly("a2", "a2b1", "b", "day_9", "day_9.gz", "day_010", "day_10");
  }
}
