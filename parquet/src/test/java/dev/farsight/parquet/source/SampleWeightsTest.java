package dev.farsight.parquet.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.memory.HostBuffers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The weight of a sample, from a column of numbers. */
class SampleWeightsTest {

  @TempDir Path folder;

  private List<Float> weights(String type, List<Consumer<Group>> rows) throws IOException {
    Path file =
        WrittenFile.PLAIN.write(
            folder.resolve("rows.parquet"),
            "required int32 label; required int32 user; optional " + type + " worth;",
            rows);
    String conf =
        """
        path = "%s"
        parquet {
          weight = worth
          categorical = [{ column = user, rows = 10, kind = integer }]
        }
        """
            .formatted(file);
    var weights = new ArrayList<Float>();
    try (var source = Opened.open(new ParquetFactory(), conf, 2);
        BatchSource pass = source.train(0)) {
      var batch = new Batch(pass.schema(), 7, HostBuffers.plain());
      while (pass.next(batch)) {
        for (int s = 0; s < batch.samples(); s++) {
          weights.add(batch.weights().get(s));
        }
      }
    }
    return weights;
  }

  private static Group row(Group row, int number) {
    return row.append("label", number % 2).append("user", number % 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"float", "double", "int64"})
  void areReadOfNumbersOfAnyType(String type) throws IOException {
    var rows = new ArrayList<Consumer<Group>>();
    var expected = new ArrayList<Float>();
    for (int i = 0; i < 300; i++) {
      int number = i;
      float weight = type.equals("int64") ? i : i / 7f;
      rows.add(
          row -> {
            row(row, number);
            switch (type) {
              case "float" -> row.append("worth", weight);
              case "double" -> row.append("worth", (double) weight);
              default -> row.append("worth", (long) number);
            }
          });
      expected.add(weight);
    }
    assertThat(weights(type, rows)).isEqualTo(expected);
  }

  @Test
  void whatIsNoWeightIsTold() {
    assertThatThrownBy(() -> weights("double", List.of(row -> row(row, 1))))
        .hasMessageEndingWith("the weight is missing (column worth)");
    assertThatThrownBy(() -> weights("double", List.of(row -> row(row, 1).append("worth", -1.0))))
        .hasMessageEndingWith(
            "column worth: '-1.0' is not a finite weight of at least 0 in float32");
  }
}
