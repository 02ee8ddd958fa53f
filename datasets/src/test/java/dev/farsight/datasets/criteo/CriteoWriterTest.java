package dev.farsight.datasets.criteo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.Row;
import dev.farsight.datasets.synthetic.SyntheticSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CriteoWriterTest {

  private static final String CONF =
      "eval-fraction = 0.25, synthetic { rows = 2000, cardinalities = terabyte, missing = 0.3 }";

  @TempDir Path folder;

  private static SyntheticSource source(String conf) {
    return new SyntheticSource(Opened.context("synthetic", conf, 5, 1));
  }

  @Test
  void readsBackAsTheSameBatches() throws IOException {
    for (String name : new String[] {"train.txt", "new/train.txt.gz"}) {
      Path file = folder.resolve(name);
      try (var source = source(CONF);
          var train = source.train(0);
          var eval = source.eval()) {
        assertThat(new CriteoWriter(file).write(source)).isEqualTo(2000);
        String conf =
            "eval-fraction = 0.25, criteo.cardinalities = terabyte, path = \"" + file + "\"";
        assertThat(Opened.train(new CriteoFactory(), conf)).isEqualTo(withoutTruth(train));
        assertThat(Opened.eval(new CriteoFactory(), conf)).isEqualTo(withoutTruth(eval));
      }
      try (var files = Files.list(file.getParent())) {
        assertThat(files.filter(Files::isRegularFile)).containsExactly(file);
      }
    }
    List<String> lines = Files.readAllLines(folder.resolve("train.txt"));
    assertThat(lines)
        .hasSize(2000)
        .allMatch(line -> line.matches("[01](\t(-1|\\d+|)){13}(\t[0-9a-f]{8}){26}"));
    assertThat(lines.stream().filter(line -> line.contains("\t\t"))).isNotEmpty();
    assertThat(lines.stream().filter(line -> line.contains("\t-1\t"))).isNotEmpty();
  }

  private static List<Row> withoutTruth(dev.farsight.api.data.BatchSource pass) {
    return Opened.rows(pass, 128).stream()
        .map(row -> new Row(row.label(), row.dense(), row.indices(), Float.NaN))
        .toList();
  }

  @Test
  void refusesOtherShapes() {
    Path file = folder.resolve("train.txt");
    try (var source = source("synthetic { cardinalities = avazu, dense = 8 }")) {
      assertThatThrownBy(() -> new CriteoWriter(file).write(source))
          .isInstanceOf(FarsightException.class)
          .hasMessageContaining("13 dense features and 26 tables, the data 8 and 13");
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void leavesAnEarlierFileWhereItCannotWrite() throws IOException {
    Path occupied = folder.resolve("occupied");
    Files.createDirectories(occupied.resolve("inner"));
    try (var source = source(CONF)) {
      assertThatThrownBy(() -> new CriteoWriter(occupied).write(source))
          .isInstanceOf(FarsightException.class)
          .hasMessageContaining("occupied: cannot be written");
    }
    assertThat(occupied.resolve("inner")).isDirectory();
    assertThat(folder.resolve("occupied.part")).doesNotExist();
  }
}
