package dev.farsight.datasets.npy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.DenseFeature;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.datasets.npy.PreparedManifest.FileSum;
import dev.farsight.datasets.npy.PreparedManifest.Part;
import dev.farsight.datasets.npy.PreparedManifest.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreparedManifestTest {

  private static final FileSum SUM = new FileSum(128, "0123456789abcdef".repeat(4));

  @TempDir Path folder;

  static PreparedManifest manifest() {
    var tables = new TableSet(List.of(new Table("user.id", 10), new Table("shop", 5)));
    var schema =
        new BatchSchema(
            2,
            tables,
            List.of(
                new Feature("user.id", 0),
                Feature.bag("seen", 1, 20, Pooling.MEAN).withWeights(),
                new Feature("shop", 1)),
            Set.of(Column.LABEL, Column.ROW_NUMBER));
    Map<String, Object> settings = new HashMap<>(Map.of("path", List.of("a", "b"), "threads", 3));
    settings.put("max-lookups", null);
    return new PreparedManifest(
        "0.2.0",
        new Source("csv", "2 files", settings),
        schema,
        List.of(
            new DenseFeature("age", List.of(Map.of("type", "log"))),
            new DenseFeature(
                "price", List.of(Map.of("type", "standard", "mean", 1.5, "deviation", 2.25)))),
        List.of(part("train-00000", false, schema), part("eval-00000", true, schema)),
        new TreeMap<>(Map.of("fitted.json", SUM, "user.id.kept.npy", SUM)),
        7,
        1);
  }

  private static Part part(String name, boolean evaluation, BatchSchema schema) {
    var files = new TreeMap<String, FileSum>();
    PartFiles.of(name, schema).forEach(file -> files.put(file, SUM));
    return new Part(name, evaluation, 1L << 40, files);
  }

  @Test
  void isReadAsItWasWritten() {
    manifest().write(folder);
    assertThat(PreparedManifest.read(folder)).isEqualTo(manifest());
    assertThat(folder.toFile().list()).containsExactly("manifest.json");
    assertThat(manifest().samples()).isEqualTo(2L << 40);
  }

  @Test
  void namesTheFilesOfAPart() {
    assertThat(manifest().parts().get(0).files())
        .containsOnlyKeys(
            "train-00000_dense.npy",
            "train-00000_sparse_multi_hot.npz",
            "train-00000_labels.npy",
            "train-00000_rows.npy");
  }

  @Test
  void aFolderWithoutManifestIsNotComplete() {
    assertThat(PreparedManifest.isIn(folder)).isFalse();
    assertThatThrownBy(() -> PreparedManifest.read(folder))
        .isInstanceOf(FarsightException.class)
        .hasMessage(
            folder.resolve("manifest.json")
                + ": is missing, so the data in the folder is not complete; prepare it again");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"format\" : 1 | \"format\" : 2 | has format 2, and this version reads 1",
        "\"bytes\" : 128 | \"bytes\" : -1 | a file of -1 bytes",
        "\"bytes\" : 128 | \"byte\" : 128 | bytes",
        "0123456789abcdef | 0123456789ABCDEF | SHA-256",
        "\"split\" : \"eval\" | \"split\" : \"test\" | split test is neither train nor eval",
        "\"split\" : \"train\" | \"split\" : \"eval\" | *",
        "\"name\" : \"eval-00000\" | \"name\" : \"train-00000\" | part train-00000 is there twice",
        "\"name\" : \"eval-00000\" | \"name\" : \"../eval\" | ../eval is not a name of a file",
        "fitted.json | ../fitted.json | ../fitted.json is not a name of a file",
        "eval-00000_dense.npy | eval-00000_dance.npy | its samples need eval-00000_dense.npy",
        "\"samples\" : 1099511627776 | \"samples\" : 0 | 0 samples",
        "\"table\" : \"shop\" | \"table\" : \"ship\" | there is no table ship",
        "\"rows\" : 10 | \"rows\" : 0 | 0 rows",
        "\"pooling\" : \"mean\" | \"pooling\" : \"median\" | no pooling is named median",
        "row_number | label | no column is named label",
        "\"bad_rows\" : 7 | \"bad_rows\" : -7 | -7 bad rows",
        "\"labelled\" : true | \"labelled\" : 3 | labelled",
        "\"max_lookups\" : 20 | \"max_lookups\" : 0 | 0 to 0 lookups",
      })
  void whatIsWrongIsTold(String from, String to, String complaint) throws IOException {
    manifest().write(folder);
    Path file = folder.resolve("manifest.json");
    String json = Files.readString(file);
    assertThat(json).contains(from);
    Files.writeString(file, json.replace(from, to));
    if (complaint.equals("*")) {
      assertThat(PreparedManifest.read(folder).parts()).allMatch(Part::evaluation);
    } else {
      assertThatThrownBy(() -> PreparedManifest.read(folder))
          .isInstanceOf(FarsightException.class)
          .hasMessageStartingWith(file + ": ")
          .hasMessageContaining(complaint);
    }
  }
}
