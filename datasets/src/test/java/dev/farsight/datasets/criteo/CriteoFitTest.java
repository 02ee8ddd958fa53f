package dev.farsight.datasets.criteo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.datasets.Cardinalities;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.Row;
import dev.farsight.datasets.synthetic.SyntheticSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows as Criteo published them: what counting lines with HashMaps gives. */
class CriteoFitTest {

  private static final int ROWS = 20_000;
  private static final int MIN_COUNT = 3;

  @TempDir Path folder;

  private List<Row> read(Path file, int threads) {
    String conf =
        "path = \"%s\", eval-fraction = 0.2, criteo { min-count = %d, buckets = true, transform = [log, standard] }"
            .formatted(file, MIN_COUNT);
    try (var source = new CriteoFactory().open(Opened.context("criteo", conf, 1, threads));
        var train = source.train(0);
        var eval = source.eval()) {
      assertThat(source.schema().tables().size()).isEqualTo(39);
      var rows = new ArrayList<>(Opened.rows(train, 256));
      rows.addAll(Opened.rows(eval, 256));
      return rows;
    }
  }

  @Test
  void rowsAreMappedByTheTrainingPart() throws IOException {
    Path file = folder.resolve("train.txt.gz");
    String conf = "synthetic { rows = %d, cardinalities = kaggle }".formatted(ROWS);
    try (var source = new SyntheticSource(Opened.context("synthetic", conf, 7, 1))) {
      new CriteoWriter(file).write(source);
    }
    check(file);
  }

  private void check(Path file) throws IOException {
    List<Row> read = read(file, 4);
    assertThat(read(file, 1)).isEqualTo(read);
    List<String[]> lines = lines(file);
    assertThat(read).hasSameSizeAs(lines);
    int training = (int) (lines.size() - Math.round(lines.size() * 0.2));
    int[] cardinalities = Cardinalities.KAGGLE.rows();
    for (int c = 0; c < 26; c++) {
      Map<Integer, Integer> counts = new HashMap<>();
      int rows = cardinalities[c];
      int column = 14 + c;
      lines.subList(0, training).forEach(l -> counts.merge(id(l[column], rows), 1, Integer::sum));
      for (int r = 0; r < lines.size(); r++) {
        int id = id(lines.get(r)[column], rows);
        boolean stays = id == 0 || counts.getOrDefault(id, 0) >= MIN_COUNT;
        assertThat(read.get(r).indices().get(c))
            .as("row %d, C%d", r, c + 1)
            .isEqualTo(stays ? id : rows);
      }
    }
    for (int i = 0; i < 13; i++) {
      int column = 1 + i;
      double[] logs = lines.stream().mapToDouble(line -> log(line[column])).toArray();
      double mean = 0;
      for (int r = 0; r < training; r++) {
        mean += logs[r] / training;
      }
      double squares = 0;
      for (int r = 0; r < training; r++) {
        squares += (logs[r] - mean) * (logs[r] - mean) / training;
      }
      for (int r = 0; r < lines.size(); r++) {
        assertThat(read.get(r).dense().get(i))
            .as("row %d, I%d", r, i + 1)
            .isCloseTo((float) ((logs[r] - mean) / Math.sqrt(squares)), within(1e-5f));
      }
    }
  }

  private static List<String[]> lines(Path file) throws IOException {
    var in = Files.newInputStream(file);
    try (var text = file.toString().endsWith(".gz") ? new java.util.zip.GZIPInputStream(in) : in) {
      return new String(text.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII)
          .lines()
          .map(line -> line.split("\t", -1))
          .toList();
    }
  }

  private static int id(String hex, int rows) {
    return hex.isEmpty() ? 0 : (int) (Long.parseLong(hex, 16) % rows);
  }

  private static double log(String count) {
    return Math.log(Math.max(count.isEmpty() ? 0 : Integer.parseInt(count), -1) + 2);
  }
}
