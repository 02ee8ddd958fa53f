package dev.farsight.datasets.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.Opened;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The weight of a sample, from a column of its own. */
class SampleWeightsTest {

  private static final CsvFactory CSV = new CsvFactory();

  private static final String COLUMNS =
      """
      csv {
        weight = worth
        dense = [{ column = price, transform = none }]
        categorical = [{ column = user, rows = 1000, kind = integer }]
      }
      """;

  @TempDir Path folder;

  private String conf(String text, String more) throws IOException {
    Path file = folder.resolve("own.csv");
    Files.writeString(file, text);
    return "path = \"" + file + "\"\n" + COLUMNS + more;
  }

  /** Prices and weights of a pass, in turn. */
  private static List<Float> read(String conf, int capacity) {
    var values = new ArrayList<Float>();
    try (var source = CSV.open(Opened.context("csv", conf, 1, 2));
        BatchSource pass = source.train(0)) {
      assertThat(source.schema().weighted()).isTrue();
      var batch = new Batch(pass.schema(), capacity, HostBuffers.plain());
      while (pass.next(batch)) {
        for (int s = 0; s < batch.samples(); s++) {
          values.add(batch.dense().get(s));
          values.add(batch.weights().get(s));
        }
      }
    }
    return values;
  }

  @Test
  void areReadAndStayWithTheirSamplesWhereRowsAreLeftOut() throws IOException {
    long seed = System.nanoTime();
    var random = new Random(seed);
    var text = new StringBuilder("user,worth,label,price\n");
    var expected = new ArrayList<Float>();
    for (int row = 0; row < 1_000; row++) {
      float weight = random.nextInt(5) == 0 ? 0 : random.nextFloat() * 100;
      boolean malformed = random.nextInt(7) == 0;
      String user = malformed ? "nobody" : String.valueOf(random.nextInt(1000));
      text.append("%s,%s,%d,%d\n".formatted(user, weight, random.nextInt(2), row));
      if (!malformed) {
        expected.add((float) row);
        expected.add(weight);
      }
    }
    String conf = conf(text.toString(), "on-bad-row = skip");
    assertThat(read(conf, 64)).as("seed %d", seed).isEqualTo(expected);
    assertThat(read(conf, 1_000)).as("seed %d", seed).isEqualTo(expected);
  }

  @Test
  void withoutAColumnThereAreNone() throws IOException {
    String conf = conf("user,worth,label,price\n3,2,1,4\n", "").replace("weight = worth", "");
    try (var source = CSV.open(Opened.context("csv", conf, 1, 2))) {
      assertThat(source.schema().weighted()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3,-0.5,1,4 | own.csv:3: column worth: '-0.5' is not a finite weight of at least 0 in float32
          3,1e39,1,4 | own.csv:3: column worth: '1e39' is not a finite weight of at least 0 in float32
          3,much,1,4 | own.csv:3: column worth: 'much' is not a number
          3,,1,4     | own.csv:3: the weight is missing (column worth)
          """)
  void whatIsNoWeightIsTold(String row, String message) throws IOException {
    String conf = conf("user,worth,label,price\n1,0,0,2\n" + row + "\n", "");
    assertThatThrownBy(() -> read(conf, 4))
        .isInstanceOf(FarsightException.class)
        .hasMessageEndingWith(message);
  }

  @Test
  void aColumnThatIsNotThereIsTold() throws IOException {
    String conf = conf("user,label,price\n1,0,2\n", "");
    assertThatThrownBy(() -> read(conf, 4)).hasMessageContaining("the header has no column worth");
    String numbers =
        conf.replace("csv {", "csv {\n header = false\n label = 2")
            .replace("column = price", "column = 3")
            .replace("column = user", "column = 1");
    assertThatThrownBy(() -> CSV.open(Opened.context("csv", numbers, 1, 2)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data.csv.weight: 'worth' needs column numbers from 1");
  }
}
