package org.example.jsonl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.memory.HostBuffers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines written by hand, and what they are. */
class JsonlRowsTest {

  private static final String SETTINGS =
      """
      eval-fraction = 0, on-bad-row = fail
      jsonl {
        dense = [price], transform = none
        categorical = [
          { column = user.id, rows = 100, kind = integer }
          { column = tags, rows = 10, kind = integer, max-lookups = 3, weights = shares }
        ]
      }
      """;

  @TempDir Path folder;

  private Batch read(String lines) throws IOException {
    Path file = Files.writeString(folder.resolve("f.jsonl"), lines);
    var conf =
        ConfigFactory.parseString(SETTINGS + "path = \"" + file + "\"")
            .withFallback(
                ConfigFactory.parseResources("reference.conf").getConfig("farsight.data"))
            .resolve();
    var data = Settings.of("farsight.data", conf);
    var context = new DataContext(data, data.section("jsonl"), 8, 1, 1);
    try (var source = new JsonlFactory().open(context);
        var pass = source.train(0)) {
      var batch = new Batch(pass.schema(), 8, HostBuffers.plain());
      assertThat(pass.next(batch)).isTrue();
      return batch;
    }
  }

  @Test
  void membersAreFoundByName() throws IOException {
    Batch batch =
        read(
            """
            {"label": 1, "price": 2.5, "user": {"id": 7, "name": "x"}, "tags": [3, 14], "shares": [0.5, 2]}
            {"tags": [null, 9], "shares": [1, 0.25], "user": {"id": "-1"}, "label": false, "seen": [{"a": [1]}]}

            {"label": "0", "price": null, "user": null, "tags": 5, "shares": 1}
            """);
    assertThat(batch.samples()).isEqualTo(3);
    assertThat(List.of(batch.labels().get(0), batch.labels().get(1), batch.labels().get(2)))
        .containsExactly(1f, 0f, 0f);
    assertThat(List.of(batch.dense().get(0), batch.dense().get(1), batch.dense().get(2)))
        .containsExactly(2.5f, 0f, 0f);
    assertThat(Arrays.copyOf(batch.indices(0), 3)).containsExactly(7, 99, 0);
    assertThat(Arrays.copyOf(batch.offsets(1), 4)).containsExactly(0, 2, 3, 4);
    assertThat(Arrays.copyOf(batch.indices(1), 4)).containsExactly(3, 4, 9, 5);
    assertThat(batch.lookupWeights(1).get(0)).isEqualTo(0.5f);
    assertThat(batch.lookupWeights(1).get(2)).isEqualTo(0.25f);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "[1, 2] # is no JSON object",
        "{\"label\": 1} {} # something follows the JSON object",
        "{\"label\": 1, # is no JSON: Unexpected end-of-input",
        "{\"label\": 1, \"price\": \"x\"} # column price: 'x' is not a number",
        "{\"label\": 1, \"price\": [1, 2]} # column price: a list of values, and one is expected",
        "{\"label\": 1, \"tags\": [[1]]} # column tags: a list of lists or objects",
        "{\"label\": 1, \"tags\": [1, 2], \"shares\": [1]} # column shares: as many values as in"
            + " column tags are needed, 2, and there are 1",
        "{\"label\": 1, \"tags\": [1, 2, 3, 4], \"shares\": [1, 1, 1, 1]} # column tags: a bag of 4"
            + " lookups, and its max-lookups is 3; make it larger, or set"
            + " data.jsonl.on-long-bag = truncate",
        "{\"price\": 1} # the label is missing (column label)",
      })
  void aMalformedLineIsNamed(String line, String complaint) {
    String first = "{\"label\": 0, \"price\": 1, \"user\": {\"id\": 1}, \"tags\": null, \"shares\": []}\n";
    assertThatThrownBy(() -> read(first + line + "\n"))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining(folder.resolve("f.jsonl") + ":2: " + complaint);
  }

  @Test
  void aMisspeltColumnIsNamed() {
    String line = "{\"label\": 0, \"prise\": 1, \"user\": {\"id\": 1}, \"tags\": [1], \"shares\": [1]}\n";
    assertThatThrownBy(() -> read(line))
        .isInstanceOf(FarsightException.class)
        .hasMessage(
            folder.resolve("f.jsonl")
                + ": has no column price; did you mean prise?"
                + " (columns found: label, prise, user.id, tags, shares)");
  }
}
