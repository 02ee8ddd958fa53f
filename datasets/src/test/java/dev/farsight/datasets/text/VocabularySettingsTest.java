package dev.farsight.datasets.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.FittedData;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.Table;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.Row;
import dev.farsight.datasets.avazu.AvazuFactory;
import dev.farsight.datasets.criteo.CriteoFactory;
import dev.farsight.datasets.csv.CsvFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings of {@code ids}, and the files of a vocabulary. */
class VocabularySettingsTest {

  private static final CsvFactory CSV = new CsvFactory();
  private static final String COLUMNS =
      "csv { categorical = [{ column = c, kind = integer, ids = vocabulary, min-count = 2 }] }\n";

  @TempDir Path folder;

  private String path(String name, String... lines) throws IOException {
    return "path = \"" + Files.write(folder.resolve(name), List.of(lines)) + "\"\n";
  }

  private String rows() throws IOException {
    return path("f.csv", "label,c", "1,7", "0,8", "1,7", "0,9", "1,9", "0,");
  }

  private static List<Integer> indices(List<Row> rows) {
    return rows.stream().map(row -> row.indices().get(0)).toList();
  }

  private static List<Long> mixedOrder(long... values) {
    return LongStream.of(values)
        .boxed()
        .sorted(
            Comparator.comparing(
                InitialRows::mix64, (a, b) -> Long.compareUnsigned(a.longValue(), b.longValue())))
        .toList();
  }

  @Test
  void filesAreAsDocumented() throws IOException {
    List<Long> order = mixedOrder(7, 9);
    int seven = order.indexOf(7L) + 1;
    int nine = order.indexOf(9L) + 1;
    String conf = rows() + COLUMNS;
    assertThat(indices(Opened.train(CSV, conf))).containsExactly(seven, 3, seven, nine, nine, 0);
    Path saved = Files.createDirectory(folder.resolve("saved"));
    try (DataSource source = CSV.open(Opened.context("csv", conf, 1, 1))) {
      assertThat(source.schema().tables().tables()).containsExactly(new Table("c", 4));
      source.saveFitted(saved);
    }
    var json = ConfigFactory.parseFile(saved.resolve("fitted.json").toFile());
    assertThat(json.getInt("format")).isEqualTo(2);
    assertThat(json.getConfigList("tables")).isEmpty();
    assertThat(json.getConfigList("vocabularies").get(0).root().unwrapped())
        .isEqualTo(Map.of("name", "c", "min_count", 2, "most_rows", Integer.MAX_VALUE, "kept", 2));
    byte[] npy = Files.readAllBytes(saved.resolve("c.vocabulary.npy"));
    assertThat(new String(npy, 10, 60, java.nio.charset.StandardCharsets.ISO_8859_1))
        .startsWith("{'descr': '<u8', 'fortran_order': False, 'shape': (2, ), }");
    var values = ByteBuffer.wrap(npy, npy.length - 16, 16).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(List.of(values.getLong(), values.getLong())).isEqualTo(order);
    npy[npy.length - 1] ^= (byte) 0x80;
    Files.write(saved.resolve("c.vocabulary.npy"), npy);
    refused(saved, conf.replace("min-count = 2", "min-count = 3"), "has table c with ids =");
    refused(saved, conf.replace(", ids = vocabulary", ", rows = 9"), "has table c with ids =");
    refused(
        saved,
        conf.replace("integer,", "integer, rows = 9,"),
        "ask for table c with ids = vocabulary, at most 9 rows and min-count = 2");
    Files.write(saved.resolve("c.vocabulary.npy"), new byte[] {1, 2, 3});
    refused(saved, conf, "c.vocabulary.npy: is damaged: is not an npy file");
    Files.delete(saved.resolve("c.vocabulary.npy"));
    refused(saved, conf, "c.vocabulary.npy: cannot be read");
  }

  private static void refused(Path saved, String conf, String message) {
    var context = Opened.with(new FittedData(saved, false), Opened.context("csv", conf, 1, 1));
    assertThatThrownBy(() -> CSV.open(context))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessageContaining(message);
  }

  @Test
  void wrongSettingsAreNamed() throws IOException {
    wrong(COLUMNS.replace("vocabulary", "x"), "ids: 'x' is none of modulo, vocabulary");
    wrong(
        COLUMNS.replace("integer,", "integer, rows = 2,"), "rows: 2 is not a whole number from 3");
    wrong(
        "csv { ids = vocabulary, categorical = [{ column = c, kind = integer },"
            + " { column = d, table = c, ids = modulo }] }",
        "ids: 'modulo' must not be given with table: that of entry c counts");
    wrong(
        "csv { ids = words, categorical = [{ column = c, kind = integer }] }",
        "farsight.data.csv.ids: 'words' is none of modulo, vocabulary");
    wrong(
        "csv { ids = vocabulary, categorical = [{ column = c, kind = integer, ids = modulo }] }",
        "rows is not set");
    assertThat(CSV.changesPredictions("ids")).isTrue();
    String none = rows() + COLUMNS + "eval-fraction = 1";
    assertThatThrownBy(() -> CSV.open(Opened.context("csv", none, 1, 1)))
        .isExactlyInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            "farsight.data.eval-fraction leaves no row for training, and ids = vocabulary of table"
                + " c needs a pass over the training part");
  }

  private static void wrong(String columns, String message) {
    var context = Opened.context("csv", columns, 1, 1);
    assertThatThrownBy(() -> CSV.check(context))
        .isExactlyInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  /** Cardinalities do not matter; buckets keep their tables, and rare ones share a row. */
  @Test
  void criteoAndAvazu() throws IOException {
    String row = "1\t3" + "\t".repeat(13) + "%s" + "\t0000000a".repeat(25);
    String criteo =
        path("c", row.formatted("ffffffff"), row.formatted("00000000"), row.formatted("ffffffff"))
            + "criteo { ids = vocabulary, min-count = 2, buckets = true, cardinalities = kaggle }";
    schema(new CriteoFactory(), criteo, 26 + 13, new Table("C1", 3), new Table("I1-bucket", 513));
    assertThat(indices(Opened.train(new CriteoFactory(), criteo))).containsExactly(1, 2, 1);
    String header =
        "id,click,hour,C1,banner_pos,site_id,site_domain,site_category,app_id,app_domain,app_category,device_id,device_ip,device_model,device_type,device_conn_type,C14,C15,C16,C17,C18,C19,C20,C21";
    String click = "1,1,14102100,%d,0,aa,aa,aa,aa,aa,aa,aa,aa,aa,1,2,1,1,1,1,1,1,1,1";
    String avazu =
        path("a", header, click.formatted(5), click.formatted(1005)) + "avazu.ids = vocabulary";
    schema(new AvazuFactory(), avazu, 13, new Table("C1", 4), new Table("site_id", 3));
  }

  private static void schema(
      DataSourceFactory factory, String conf, int tables, Table first, Table other) {
    try (DataSource source = factory.open(Opened.context(factory.name(), conf, 1, 2))) {
      assertThat(source.schema().tables().tables())
          .hasSize(tables)
          .startsWith(first)
          .contains(other);
    }
  }
}
