package dev.farsight.datasets.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.Row;
import dev.farsight.datasets.avazu.AvazuFactory;
import dev.farsight.datasets.criteo.CriteoFactory;
import dev.farsight.datasets.csv.CsvFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BucketColumnsTest {

  @TempDir Path folder;

  private Row only(DataSourceFactory factory, String conf, String text) throws IOException {
    Path file = Files.writeString(folder.resolve("data"), text);
    return Opened.train(factory, "path = \"" + file + "\", " + conf).get(0);
  }

  @Test
  void criteoHasThemBehindItsCategories() throws IOException {
    String row = "1\t5\t-3\t\t3000000\t" + "\t".repeat(8) + "4" + "\t".repeat(26) + "0000000a";
    for (String text : List.of(row, row.replaceFirst("\t+0000000a", "\t00000001"))) {
      Row read = only(new CriteoFactory(), "criteo.buckets = true", text + "\n");
      assertThat(read.indices()).hasSize(39);
      assertThat(read.dense()).hasSize(13);
      assertThat(read.indices().subList(26, 39))
          .containsExactly(22, 14, 0, 20 + 222, 0, 0, 0, 0, 0, 0, 0, 0, 21);
    }
    Row unlabelled =
        Opened.eval(
                new CriteoFactory(),
                "eval-fraction = 1, criteo { buckets = true, labelled = false }, path = \""
                    + Files.writeString(folder.resolve("test"), row.substring(2) + "\n")
                    + '"')
            .get(0);
    assertThat(unlabelled.indices().subList(26, 30)).containsExactly(22, 14, 0, 242);
  }

  @Test
  void avazuHasThemBehindItsCategories() throws IOException {
    String header =
        "C21,click,C1,banner_pos,site_id,site_domain,site_category,app_id,app_domain,app_category,device_id,device_ip,device_model,device_type,device_conn_type,C14,C15,C16,C17,C18,C19,C20\n";
    Row row =
        only(
            new AvazuFactory(),
            "avazu { buckets = true, transform = none }",
            header + "79,1" + ",".repeat(14) + "15706,320,50,1722,0,35,-1\n");
    assertThat(row.dense()).containsExactly(15706f, 320f, 50f, 1722f, 0f, 35f, -1f, 79f);
    assertThat(row.indices().subList(13, 21)).containsExactly(113, 53, 35, 75, 17, 32, 16, 39);
  }

  @Test
  void columnsOfOnesOwnSayWhetherTheyHaveThem() throws IOException {
    String conf =
        """
        csv {
          transform = none, buckets = %s, min-count = %d
          dense = [x, { column = y, buckets = false }, { column = z, buckets = true }]
          categorical = [{ column = c, rows = 9, kind = integer }]
        }
        """;
    String text = "label,x,y,z,c\n1,1,2,10,7\n";
    assertThat(only(new CsvFactory(), conf.formatted("false", 1), text).indices())
        .containsExactly(7, 25);
    assertThat(only(new CsvFactory(), conf.formatted("true", 1), text).indices())
        .containsExactly(7, 18, 25);
    // Seen once only: in the last row, behind the others.
    assertThat(only(new CsvFactory(), conf.formatted("true", 2), text).indices())
        .containsExactly(9, 512, 512);
    try (DataSource source =
        new CsvFactory()
            .open(
                Opened.context(
                    "csv",
                    "path = \"%s\", %s"
                        .formatted(folder.resolve("data"), conf.formatted("true", 2)),
                    1,
                    1))) {
      assertThat(source.schema().tables().tables())
          .extracting(table -> table.name() + " " + table.rows())
          .containsExactly("c 10", "x-bucket 513", "z-bucket 513");
    }
    String numbered =
        "csv { header = false, label = 1, dense = [2], buckets = true, categorical = [{ column = 3, rows = 9, kind = integer }] }";
    assertThat(only(new CsvFactory(), numbered, "1,3,4\n").indices()).containsExactly(4, 21);
  }

  @Test
  void aNameTwiceIsRefused() {
    String conf =
        "csv { dense = [x%s], buckets = true, categorical = [{ column = c, name = %s, rows = 9, kind = integer }] }";
    for (String twice : List.of(conf.formatted("", "x-bucket"), conf.formatted(", x", "c"))) {
      assertThatThrownBy(() -> only(new CsvFactory(), twice, "label,x,c\n"))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "my.conf: 1: farsight.data.csv.buckets: true makes a second feature of the name"
                  + " x-bucket; leave one out");
    }
  }
}
