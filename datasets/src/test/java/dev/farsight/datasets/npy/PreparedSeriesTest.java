package dev.farsight.datasets.npy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataSource;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.BagRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of prepared data are read as one, if they are alike. */
class PreparedSeriesTest {

  @TempDir Path folder;

  private Path prepare(String name, int train, int all) throws IOException {
    Path prepared = Files.createDirectory(folder.resolve(name));
    PreparedWriter.write(new RandomSource(RandomSource.EVERYTHING, train, all), prepared, 90);
    return prepared;
  }

  private static DataSource open(String more, Path... folders) {
    var paths = new ArrayList<String>();
    List.of(folders).forEach(path -> paths.add("\"" + path + "\""));
    return new NpyFactory().open(Opened.context("npy", "path = " + paths + "\n" + more, 1, 2));
  }

  private static List<BagRow> train(DataSource data) {
    return Opened.bagRows(data.train(0), 64);
  }

  private static List<BagRow> eval(DataSource data) {
    return Opened.bagRows(data.eval(), 64);
  }

  @Test
  void trainingPartsComeFirst() throws IOException {
    Path one = prepare("one", 200, 250);
    Path two = prepare("two", 300, 310);
    String some = "eval-fraction = 0.5";
    try (DataSource first = open(some, one);
        DataSource second = open(some, two);
        DataSource both = open(some, one, two);
        DataSource swapped = open(some, two, one);
        DataSource all = open("eval-fraction = 1", one, two)) {
      var train = new ArrayList<>(train(first));
      train.addAll(train(second));
      var eval = new ArrayList<>(eval(first));
      eval.addAll(eval(second));
      assertThat(train(both)).hasSize(500).isEqualTo(train);
      assertThat(eval(both)).hasSize(60).isEqualTo(eval);
      train.addAll(eval);
      assertThat(eval(all)).isEqualTo(train);
      assertThat(both.contentIdentity())
          .startsWith("prepared, 560 samples, ")
          .isNotEqualTo(swapped.contentIdentity());
      assertThat(both.schema()).isEqualTo(first.schema());
    }
  }

  @Test
  void theFirstDifferenceIsTold() throws IOException {
    Path one = prepare("one", 200, 250);
    Path two = prepare("two", 300, 310);
    Path manifest = two.resolve(PreparedManifest.FILE);
    String json = Files.readString(manifest);
    String table = RandomSource.EVERYTHING.tables().get(0).name();
    int rows = RandomSource.EVERYTHING.tables().get(0).rows();
    String was = "\"name\" : \"%s\",\n            \"rows\" : %d".formatted(table, rows);
    assertThat(json).contains(was);
    Files.writeString(manifest, json.replace(was, was + "1"));
    assertThatThrownBy(() -> open("", one, two).close())
        .isInstanceOf(FarsightException.class)
        .hasMessage(
            "%s: cannot be read together with %s: rows of table %s is %d1 here, and %d there; prepare the data with the same settings, and --fitted %s"
                .formatted(two, one, table, rows, rows, one));
    PreparedManifest read = PreparedManifest.read(one);
    var fitted = new TreeMap<>(read.fitted());
    fitted.put("fitted.json", new PreparedManifest.FileSum(3, "0".repeat(64)));
    new PreparedManifest(
            read.farsight(), read.source(), read.schema(), read.dense(), read.parts(), fitted, 0, 0)
        .write(two);
    assertThatThrownBy(() -> open("", one, two).close())
        .hasMessageContaining(": fitted/fitted.json is ");
  }

  @Test
  void wholeFoldersAreNamedOnce() throws IOException {
    Path one = prepare("one", 200, 250);
    Path other = Files.writeString(folder.resolve("rows_sparse.npy"), "");
    assertThatThrownBy(() -> open("", one, other).close())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("or other files too; name its folders alone");
    assertThatThrownBy(() -> open("", one, one).close())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("names the prepared data in " + one + " more than once");
  }

  @Test
  void filesOfOtherToolsAreTheirOwnOrigin() throws IOException {
    Path file = Files.writeString(folder.resolve("rows_sparse.npy"), "");
    var config = ConfigFactory.parseMap(Map.of("path", file.toString(), "source", "npy"));
    Settings data = Settings.of("farsight.data", config);
    assertThat(new NpyFactory().origin(data)).isSameAs(data);
  }
}
