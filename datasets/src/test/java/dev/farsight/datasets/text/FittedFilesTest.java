package dev.farsight.datasets.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.FittedData;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.csv.CsvFactory;
import dev.farsight.testkit.fuzz.Mutations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FittedFilesTest {

  private static final CsvFactory CSV = new CsvFactory();
  private static final String COLUMNS =
      "csv { dense = [{ column = x, transform = [log, standard] }], categorical = [{ column = c, name = \"a b\", rows = 20, kind = integer, min-count = 2 }, { column = d, rows = 5, kind = integer }] }";

  @TempDir Path folder;
  private Path saved;

  @BeforeEach
  void save() throws IOException {
    Files.writeString(
        folder.resolve("f.csv"), "label,x,c,d\n1,2,3,1\n0,4,3,1\n1,9,4,1\n0,,19,2\n1,5,19,1\n");
    saved = Files.createDirectory(folder.resolve("saved"));
    try (DataSource source = CSV.open(context(COLUMNS))) {
      source.saveFitted(saved);
    }
  }

  private DataContext context(String columns) {
    return Opened.context("csv", "path = \"" + folder.resolve("f.csv") + "\", " + columns, 1, 1);
  }

  private void open(String columns, boolean extend) {
    CSV.open(Opened.with(new FittedData(saved, extend), context(columns))).close();
  }

  @Test
  void filesAreAsDocumented() throws IOException {
    var json = ConfigFactory.parseFile(saved.resolve("fitted.json").toFile());
    assertThat(json.getInt("format")).isEqualTo(1);
    assertThat(json.getConfigList("tables").get(0).root().unwrapped())
        .isEqualTo(Map.of("name", "a b", "rows", 21, "min_count", 2, "kept", 3));
    assertThat(json.getConfigList("tables")).hasSize(1);
    var dense = json.getConfigList("dense").get(0);
    assertThat(dense.getString("column")).isEqualTo("x");
    assertThat(dense.getString("transforms")).isEqualTo("log, standard");
    double mean = (Math.log(4) + Math.log(6) + Math.log(11) + Math.log(2) + Math.log(7)) / 5;
    assertThat(dense.getDouble("mean")).isCloseTo(mean, within(1e-12));
    byte[] npy = Files.readAllBytes(saved.resolve("a%20b.kept.npy"));
    assertThat(npy).hasSize(128 + 3);
    assertThat(new String(npy, 1, 5, StandardCharsets.ISO_8859_1)).isEqualTo("NUMPY");
    assertThat(npy[8]).isEqualTo((byte) 118);
    assertThat(new String(npy, 10, 118, StandardCharsets.ISO_8859_1))
        .startsWith("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }")
        .endsWith(" \n");
    var bits = new BitSet();
    bits.set(0);
    bits.set(3);
    bits.set(19);
    assertThat(BitSet.valueOf(Arrays.copyOfRange(npy, 128, 131))).isEqualTo(bits);
  }

  @Test
  void otherSettingsAreRefused() throws IOException {
    String advice = "; set ids, min-count and transform as they were when the model was trained";
    String json = saved.resolve("fitted.json").toString();
    refused(
        COLUMNS.replace("min-count = 2", "min-count = 3"),
        json
            + ": has table a b of 21 rows with min-count = 2, and the settings ask for table a b of"
            + " 21 rows with min-count = 3"
            + advice);
    refused(
        COLUMNS.replace("rows = 20", "rows = 30"),
        json
            + ": has table a b of 21 rows with min-count = 2, and the settings ask for table a b of"
            + " 31 rows with min-count = 2"
            + advice);
    refused(
        COLUMNS.replace("[log, standard]", "standard"),
        json
            + ": has column x with transform = [log, standard], and the settings ask for column x"
            + " with transform = [standard]"
            + advice);
    refused(
        COLUMNS.replace("rows = 5", "rows = 5, min-count = 9"),
        json
            + ": has column x with transform = [log, standard], and the settings ask for table d of"
            + " 6 rows with min-count = 9"
            + advice);
    String plain = COLUMNS.replace("min-count = 2", "min-count = 1").replace(", standard", "");
    refused(
        plain,
        json
            + ": has table a b of 21 rows with min-count = 2, and the settings ask for nothing"
            + advice);
    Files.delete(saved.resolve("fitted.json"));
    Files.delete(saved.resolve("a%20b.kept.npy"));
    open(plain, false);
    open(plain, true);
    refused(
        COLUMNS,
        json
            + ": is missing, and the settings ask for table a b of 21 rows with"
            + " min-count = 2"
            + advice);
  }

  private void refused(String columns, String message) {
    for (boolean extend : new boolean[] {false, true}) {
      assertThatThrownBy(() -> open(columns, extend))
          .isExactlyInstanceOf(FarsightException.class)
          .hasMessage(message);
    }
  }

  @Test
  void damagedFilesAreNamed() throws IOException {
    Path kept = saved.resolve("a%20b.kept.npy");
    byte[] whole = Files.readAllBytes(kept);
    byte[] more = whole.clone();
    more[129] |= 1;
    damaged(kept, more, "is damaged: it has 4 rows, not the 3 that fitted.json tells");
    byte[] beyond = whole.clone();
    beyond[130] |= 0x10;
    damaged(kept, beyond, "is damaged: it is no npy file of 20 bits");
    damaged(kept, Arrays.copyOf(whole, 130), "is damaged: it is no npy file of 20 bits");
    Files.delete(kept);
    assertThatThrownBy(() -> open(COLUMNS, false))
        .hasMessageStartingWith(kept + ": cannot be read");
  }

  private void damaged(Path file, byte[] bytes, String message) throws IOException {
    Files.write(file, bytes);
    assertThatThrownBy(() -> open(COLUMNS, false))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessage(file + ": " + message);
  }

  @Test
  void anyDamageIsReadOrNamed() throws IOException {
    long seed = System.nanoTime();
    for (String name : List.of("fitted.json", "a%20b.kept.npy")) {
      Path file = saved.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      var mutations = new Mutations(whole, seed);
      var messages = new ArrayList<String>();
      for (int m = 0; m < 200; m++) {
        var mutant = mutations.mutant(m);
        Files.write(file, mutant.bytes());
        try {
          open(COLUMNS, false);
        } catch (FarsightException e) {
          assertThat(e.getMessage())
              .as("seed %d, %s", seed, mutant)
              .contains(saved.toString())
              .doesNotContainPattern("\\p{Cntrl}");
          messages.add(e.getMessage());
        } catch (RuntimeException | Error e) {
          throw new AssertionError("seed " + seed + ", " + name + " " + mutant, e);
        }
      }
      assertThat(messages).hasSizeGreaterThan(120);
      Files.write(file, whole);
    }
  }
}
